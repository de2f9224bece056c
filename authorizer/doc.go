// Package authorizer is the Lambda function that API Gateway asks whether a
// request may pass.
//
// A request passes when the gateway's own match names a route of the table,
// the path has one spelling, the Authorization header is one Bearer token,
// that token is a good access token of an issuer this environment trusts, and
// its scopes satisfy the route's rule. Everything else is refused, and where
// nothing could be found out (keys out of reach, a configuration that cannot
// be used, a panic) the answer is an error, which the gateway neither takes
// for a yes nor keeps. Each evaluation writes one audit line.
//
// Both kinds of API are served: an HTTP API, payload format 2.0, with simple
// responses, and a REST API, a REQUEST authorizer, with policies. The event says
// which it is. The gateway keeps an answer for what its identity sources name;
// they must be, and the constructs make them, the Authorization header and the
// route: $context.routeKey, or context.httpMethod and context.resourcePath. A
// refusal is kept like a yes; an error is not kept, and a path that is not
// canonical is one.
//
// A route whose rule is access.Public has no authorizer at the gateway. Should
// it have one all the same, its callers need a good token like all others.
//
// What the package does not do: it matches no paths, reads no body and keeps no
// session. Of tokens that were let through it remembers the SHA-256 and what they
// say (see package token); rules are judged anew for each request.
//
// The function's main package has one line, [Start]. [New] and
// [Authorizer.Handle] are for tests and for hosts other than Lambda.
package authorizer
