// Package suites judges what lets tokens in by other people's measures: the
// vectors of Wycheproof, the examples of the RFCs, and what the usual libraries
// for Go make of the same tokens. It has tests only.
//
//	go test ./suites                     the usual run, some seconds
//	go test ./suites -v                  with the tables of what was measured
//	go test ./suites -rounds 50 -seed 7  longer, and other tokens
//
// The vectors come from the Go module proxy, at a fixed version with a fixed
// hash. Nothing else needs the network.
package suites
