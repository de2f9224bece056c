// Package scripts runs the scopeway command as users do, by scripts in testdata
// (github.com/rogpeppe/go-internal/testscript), with tokens of package issuertest.
package scripts
