// Package identity holds the constructs for who is trusted: the identity
// providers that issue access tokens, and the clients they know.
//
// An identity speaks only for the resource servers it serves. Swap one for
// another and no rule and no route changes.
package identity
