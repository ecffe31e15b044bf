"""What `inspect` of a container decodes; its HostConfig is in host.py."""

STRUCTS = """
container
    *ContainerJSONBase
    Mounts []MountPoint
    Config *Config
    NetworkSettings *NetworkSettings
    ImageManifestDescriptor *Descriptor ?

ContainerJSONBase
    ID=Id Created Path string
    Args []string
    State *State
    Image ResolvConfPath HostnamePath HostsPath LogPath Name string
    RestartCount int
    Driver Platform MountLabel ProcessLabel AppArmorProfile string
    ExecIDs []string
    HostConfig *HostConfig
    GraphDriver DriverData
    SizeRw SizeRootFs *int ?

State
    Status string
    Running Paused Restarting OOMKilled Dead bool
    Pid ExitCode int
    Error StartedAt FinishedAt string
    Health *Health ?

Health
    Status string
    FailingStreak int
    Log []*HealthResult

HealthResult
    Start End time
    ExitCode int
    Output string

DriverData
    Data map[string]string
    Name string

MountPoint
    Type name ?
    Name string ?
    Source Destination string
    Driver string ?
    Mode string
    RW bool
    Propagation name

Config
    Hostname Domainname User string
    AttachStdin AttachStdout AttachStderr bool
    ExposedPorts map[port]struct ?
    Tty OpenStdin StdinOnce bool
    Env Cmd []string
    Healthcheck *Healthcheck ?
    ArgsEscaped bool ?
    Image string
    Volumes map[string]struct
    WorkingDir string
    Entrypoint []string
    NetworkDisabled bool ?
    MacAddress string ?
    OnBuild []string
    Labels map[string]string
    StopSignal string ?
    StopTimeout *int ?
    Shell []string ?

Healthcheck
    Test []string ?
    Interval Timeout StartPeriod StartInterval duration ?
    Retries int ?

NetworkSettings
    NetworkSettingsBase
    DefaultNetworkSettings
    Networks map[string]*Endpoint

NetworkSettingsBase
    Bridge SandboxID SandboxKey string
    Ports map[port][]PortBinding
    HairpinMode bool
    LinkLocalIPv6Address string
    LinkLocalIPv6PrefixLen int
    SecondaryIPAddresses SecondaryIPv6Addresses []Address

DefaultNetworkSettings
    EndpointID Gateway GlobalIPv6Address string
    GlobalIPv6PrefixLen int
    IPAddress string
    IPPrefixLen int
    IPv6Gateway MacAddress string

Address
    Addr string
    PrefixLen int

Endpoint
    IPAMConfig *EndpointIPAM
    Links Aliases []string
    MacAddress string
    DriverOpts map[string]string
    GwPriority int
    NetworkID EndpointID Gateway IPAddress string
    IPPrefixLen int
    IPv6Gateway GlobalIPv6Address string
    GlobalIPv6PrefixLen int
    DNSNames []string

EndpointIPAM
    IPv4Address IPv6Address string ?
    LinkLocalIPs []string ?
"""
