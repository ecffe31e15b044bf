"""What `inspect` of a network and of a volume decodes."""

STRUCTS = """
network
    Name ID=Id string
    Created time
    Scope Driver string
    EnableIPv4 EnableIPv6 bool
    IPAM IPAM
    Internal Attachable Ingress bool
    ConfigFrom ConfigReference
    ConfigOnly bool
    Containers map[string]EndpointResource
    Options Labels map[string]string
    Peers []Peer ?
    Services map[string]Service ?

IPAM
    Driver string
    Options map[string]string
    Config []IPAMConfig

IPAMConfig
    Subnet IPRange Gateway string ?
    AuxAddress=AuxiliaryAddresses map[string]string ?

ConfigReference
    Network string

EndpointResource
    Name EndpointID MacAddress IPv4Address IPv6Address string

Peer
    Name IP string

Service
    VIP string
    Ports []string
    LocalLBIndex int
    Tasks []Task

Task
    Name EndpointID EndpointIP string
    Info map[string]string

volume
    ClusterVolume *asis ?
    CreatedAt string ?
    Driver string
    Labels map[string]string
    Mountpoint Name string
    Options map[string]string
    Scope string
    Status map[string]any ?
    UsageData *UsageData ?

UsageData
    RefCount Size int
"""
