"""A container's HostConfig and what is in it."""

STRUCTS = """
HostConfig
    Binds []string
    ContainerIDFile string
    LogConfig LogConfig
    NetworkMode name
    PortBindings map[port][]PortBinding
    RestartPolicy RestartPolicy
    AutoRemove bool
    VolumeDriver string
    VolumesFrom []string
    ConsoleSize []int
    Annotations map[string]string ?
    CapAdd CapDrop []string
    CgroupnsMode name
    DNS=Dns DNSOptions=DnsOptions DNSSearch=DnsSearch ExtraHosts GroupAdd []string
    IpcMode Cgroup name
    Links []string
    OomScoreAdj int
    PidMode name
    Privileged PublishAllPorts ReadonlyRootfs bool
    SecurityOpt []string
    StorageOpt Tmpfs map[string]string ?
    UTSMode UsernsMode name
    ShmSize int
    Sysctls map[string]string ?
    Runtime string ?
    Isolation name
    Resources
    Mounts []Mount ?
    MaskedPaths ReadonlyPaths []string
    Init *bool ?

LogConfig
    Type string
    Config map[string]string

PortBinding
    HostIP=HostIp HostPort string

RestartPolicy
    Name name
    MaximumRetryCount int

Resources
    CPUShares=CpuShares Memory NanoCPUs=NanoCpus int
    CgroupParent string
    BlkioWeight int
    BlkioWeightDevice []*WeightDevice
    BlkioDeviceReadBps BlkioDeviceWriteBps []*ThrottleDevice
    BlkioDeviceReadIOps BlkioDeviceWriteIOps []*ThrottleDevice
    CPUPeriod=CpuPeriod CPUQuota=CpuQuota int
    CPURealtimePeriod=CpuRealtimePeriod CPURealtimeRuntime=CpuRealtimeRuntime int
    CpusetCpus CpusetMems string
    Devices []DeviceMapping
    DeviceCgroupRules []string
    DeviceRequests []DeviceRequest
    KernelMemory KernelMemoryTCP int ?
    MemoryReservation MemorySwap int
    MemorySwappiness *int
    OomKillDisable *bool
    PidsLimit *int
    Ulimits []*Ulimit
    CPUCount=CpuCount CPUPercent=CpuPercent IOMaximumIOps IOMaximumBandwidth int

WeightDevice
    Path string
    Weight int

ThrottleDevice
    Path string
    Rate int

DeviceMapping
    PathOnHost PathInContainer CgroupPermissions string

DeviceRequest
    Driver string
    Count int
    DeviceIDs []string
    Capabilities [][]string
    Options map[string]string

Ulimit
    Name string
    Hard Soft int

Mount
    Type name ?
    Source Target string ?
    ReadOnly bool ?
    Consistency name ?
    BindOptions *BindOptions ?
    VolumeOptions *VolumeOptions ?
    ImageOptions *ImageOptions ?
    TmpfsOptions *TmpfsOptions ?
    ClusterOptions *struct ?

BindOptions
    Propagation name ?
    NonRecursive CreateMountpoint ReadOnlyNonRecursive ReadOnlyForceRecursive bool ?

VolumeOptions
    NoCopy bool ?
    Labels map[string]string ?
    Subpath string ?
    DriverConfig *Driver ?

Driver
    Name string ?
    Options map[string]string ?

ImageOptions
    Subpath string ?

TmpfsOptions
    SizeBytes Mode int ?
    Options [][]string ?
"""
