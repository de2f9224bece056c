// Package identity holds the constructs for who is trusted: the identity
// providers that issue access tokens, and the clients they know.
//
// [NewCognito] makes a user pool, and [CognitoFromUserPool] takes one that
// exists. A user pool has clients for programs ([MachineClient]), for pages and
// web servers ([WebClient]) and for apps ([NativeClient]).
//
// [NewOkta], [NewAuth0], [NewEntra] and [NewKeycloak] trust a provider by its own
// names, [NewIssuer] any other; nothing is created there. [NewGitHubActions],
// [NewAwsWorkloads] and [NewWorkload] trust programs whose tokens have no
// scopes, so that rules read their claims.
//
// An identity speaks only for the resource servers it serves. Swap one for
// another and no rule and no route changes. Mistakes are collected, and fail
// cdk synth all at once; what an override changes in the template of a user
// pool or a client is not looked at.
package identity
