// Package scopeway puts OAuth 2.0 in front of Amazon API Gateway with the AWS
// CDK: say once, in Go, which scope each endpoint needs, and it builds the
// gateway, the identity provider's side and the authorizer that enforces it,
// and refuses to build anything left open.
//
// Start with these packages:
//
//   - access declares resource servers, scopes and rules
//   - constructs/identity says who is trusted
//   - constructs/gateway makes the API and its routes
//   - issuertest is an OAuth issuer for your tests
//
// The authorizer package is the Lambda function that the constructs compile
// and deploy; nobody has to import it.
package scopeway
