"""What `events`, `version` and `info` decode."""

STRUCTS = """
event
    Status=status ID=id From=from string ?
    Type Action name
    Actor Actor
    Scope=scope string ?
    Time=time TimeNano=timeNano int ?

Actor
    ID string
    Attributes map[string]string

version
    Client ClientVersion
    Server *ServerVersion

ClientVersion
    Platform *PlatformName ?
    Version string ?
    APIVersion=ApiVersion string ?
    DefaultAPIVersion GitCommit GoVersion Os Arch BuildTime Context string ?

PlatformName
    Name string ?

ServerVersion
    Platform ServerPlatform
    Components []Component ?
    Version APIVersion=ApiVersion string
    MinAPIVersion string ?
    GitCommit GoVersion Os Arch string
    KernelVersion string ?
    Experimental bool ?
    BuildTime string ?

ServerPlatform
    Name string

Component
    Name Version string
    Details map[string]string ?

info
    *EngineInfo
    ServerErrors []string ?
    UserName=- string
    ClientInfo *ClientInfo ?
    ClientErrors []string ?

ClientInfo
    Debug bool
    ClientVersion
    Plugins []asis
    Warnings []string

EngineInfo
    ID string
    Containers ContainersRunning ContainersPaused ContainersStopped Images int
    Driver string
    DriverStatus [][]string
    SystemStatus [][]string ?
    Plugins Plugins
    MemoryLimit SwapLimit bool
    KernelMemory KernelMemoryTCP bool ?
    CPUCfsPeriod=CpuCfsPeriod CPUCfsQuota=CpuCfsQuota CPUShares CPUSet PidsLimit bool
    IPv4Forwarding Debug bool
    NFd int
    OomKillDisable bool
    NGoroutines int
    SystemTime LoggingDriver CgroupDriver string
    CgroupVersion string ?
    NEventsListener int
    KernelVersion OperatingSystem OSVersion OSType Architecture IndexServerAddress string
    RegistryConfig *Registry
    NCPU MemTotal int
    GenericResources []asis
    DockerRootDir HTTPProxy=HttpProxy HTTPSProxy=HttpsProxy NoProxy Name string
    Labels []string
    ExperimentalBuild bool
    ServerVersion string
    Runtimes map[string]Runtime
    DefaultRuntime string
    Swarm Swarm
    LiveRestoreEnabled bool
    Isolation name
    InitBinary string
    ContainerdCommit RuncCommit InitCommit Commit
    SecurityOptions []string
    ProductLicense string ?
    DefaultAddressPools []AddressPool ?
    FirewallBackend *Firewall ?
    CDISpecDirs []string
    DiscoveredDevices []Device ?
    Containerd *Containerd ?
    Warnings []string

Registry
    IndexConfigs map[string]*Index
    InsecureRegistryCIDRs Mirrors []string

Index
    Mirrors []string
    Name string
    Official Secure bool

Plugins
    Volume Network Authorization Log []string

Runtime
    RuntimeOnly
    Status=status map[string]string ?

RuntimeOnly
    Path=path string ?
    Args=runtimeArgs []string ?
    Type=runtimeType string ?
    Options=options map[string]any ?

Swarm
    NodeID NodeAddr string
    LocalNodeState name
    ControlAvailable bool
    Error string
    RemoteManagers []Manager
    Nodes Managers int ?
    Cluster *asis ?
    Warnings []string ?

Manager
    NodeID Addr string

Commit
    ID string
    Expected string ?

AddressPool
    Base string
    Size int

Firewall
    Driver string
    Info [][]string ?

Device
    Source ID string

Containerd
    Address string ?
    Namespaces Namespaces

Namespaces
    Containers Plugins string
"""
