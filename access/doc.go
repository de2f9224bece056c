// Package access is the language of Scopeway: which scope each route needs,
// and whether a caller may pass.
//
// Resource servers and their scopes are declared once ([NewResourceServer]),
// rules are made from them ([Require], [RequireAnyOf], [Public]), the rules of
// all routes are compiled into a [Table], and [Decide] answers one request.
// The package uses the standard library only and does no I/O, so that the same
// decision can be had at synth, in the authorizer and in tests.
package access
