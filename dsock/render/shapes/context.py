"""What `context inspect` prints."""

STRUCTS = """
context
    ContextMeta
    TLSMaterial map[string][]string
    Storage ContextStorage

ContextMeta
    Name string
    Metadata ContextText
    Endpoints map[string]ContextEndpoint

ContextText
    Description string
    AdditionalFields=- map[string]any

ContextEndpoint
    Host string
    SkipTLSVerify bool

ContextStorage
    MetadataPath TLSPath string
"""
