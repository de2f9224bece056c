// Package openapi writes the OpenAPI 3.1.0 document of an API from what was
// synthesised: its routes with the OAuth scopes each of them needs, as the
// identity provider spells them.
//
// [Find] reads a cloud assembly, [Export] writes the document of one API. What
// OpenAPI has no words for (rules on roles, groups and claims, greedy path
// variables, the default route) stands beside it in members that begin with
// "x-scopeway-": the document never shows an operation as more open than what
// the authorizer enforces without saying so there.
package openapi
