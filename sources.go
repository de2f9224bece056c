package scopeway

import "embed"

// AuthorizerSources are the sources the authorizer is compiled from, without
// its dependencies outside this module. Their hash is part of the name under
// which the compiled authorizer is stored, so that a changed line is deployed.
//
//go:embed access/*.go authorizer/*.go authorizer/audit/*.go authorizer/event/*.go authorizer/keyset/*.go authorizer/token/*.go internal/site/*.go internal/strictjson/*.go
var AuthorizerSources embed.FS
