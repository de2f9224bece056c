module github.com/scopeway/scopeway/test/scripts

go 1.26

require (
	github.com/rogpeppe/go-internal v1.16.0
	github.com/scopeway/scopeway v0.0.0
)

require (
	golang.org/x/sys v0.47.0 // indirect
	golang.org/x/tools v0.48.0 // indirect
)

replace github.com/scopeway/scopeway => ../..
