// Package access is the language of Scopeway: what each route asks of a
// caller, and whether a caller may pass.
//
// Resource servers and their scopes are declared once ([NewResourceServer]).
// Rules are made from scopes ([Require], [RequireAnyOf]) and from what else a
// token says ([Role], [MemberOf], [Claim], [Machine], [Person], [SignedIn]),
// and joined by [All] and [Any]; [Public] needs no token. The rules of all
// routes are compiled into a [Table], and [Decide] answers one request.
// The package uses the standard library only and does no I/O, so that the same
// decision can be had at synth, in the authorizer and in tests.
package access
