"""One file a family of operations; `EKuiperClient` has one attribute for each."""
