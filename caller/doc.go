// Package caller tells a backend in Go who calls: the caller whose access token
// Scopeway's authorizer verified and let through.
//
// A Lambda function reads it from its event ([FromHTTP], [FromREST]), a server
// behind gateway.ToUrl from the request's headers ([FromHeader]). Each returns
// a caller or an error, never half of one: who handles the error by refusing
// serves nobody that the authorizer did not let through.
//
// Nothing here is signed. A backend believes what it is told as far as the way
// to it can be trusted:
//
//   - An event is true as long as only the gateway may invoke the function
//     (lambda:InvokeFunction). Headers of an event are never read: clients
//     write them.
//   - A header is true as long as every request has come through the gateway,
//     which overwrites it. A server that can be reached past the gateway can be
//     lied to by anybody: keep it private (a VPC link), or have it check who
//     connects.
//
// The package does not check the access token again, and it does not look at
// the clock: the gateway keeps answers of the authorizer for a while, so a
// caller may be a little past [Caller.ExpiresAt]. Package callertest makes
// callers for tests.
package caller
