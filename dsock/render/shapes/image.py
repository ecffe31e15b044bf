"""What `inspect` of an image decodes."""

STRUCTS = """
Descriptor
    MediaType=mediaType string
    Digest=digest name
    Size=size int
    URLs=urls []string ?
    Annotations=annotations map[string]string ?
    Data=data []int ?
    Platform=platform *Platform ?
    ArtifactType=artifactType string ?

Platform
    Architecture=architecture OS=os string
    OSVersion=os.version string ?
    OSFeatures=os.features []string ?
    Variant=variant string ?

image
    ID=Id string
    RepoTags RepoDigests []string
    Parent Comment string
    Created Container string ?
    ContainerConfig *Config ?
    DockerVersion Author string
    Config *ImageConfig
    Architecture string
    Variant string ?
    Os string
    OsVersion string ?
    Size int
    VirtualSize int ?
    GraphDriver DriverData
    RootFS RootFS
    Metadata Metadata
    Descriptor *Descriptor ?
    Manifests []asis ?

ImageConfig
    OCIImageConfig
    ImageConfigExt

OCIImageConfig
    User string ?
    ExposedPorts map[string]struct ?
    Env Entrypoint Cmd []string ?
    Volumes map[string]struct ?
    WorkingDir string ?
    Labels map[string]string ?
    StopSignal string ?
    ArgsEscaped bool ?

ImageConfigExt
    Healthcheck *Healthcheck ?
    OnBuild Shell []string ?

RootFS
    Type string ?
    Layers []string ?

Metadata
    LastTagTime time
"""
