// Package rivals pins the libraries for tokens in Go that users would take
// otherwise: go.mod has the exact versions, and the packages below it test and
// measure against them. They are a module of their own so that no user has to
// download them.
//
// Package suites judges the authorizer by other people's vectors and by what
// these libraries accept; package bench measures all of them.
package rivals
