// Package gateway holds the constructs for APIs whose routes have rules.
//
// Every route is declared with a pattern, a rule and a backend. A route
// without a rule does not compile or does not synthesise, and whatever is added
// to the API in another way fails the synth.
package gateway
