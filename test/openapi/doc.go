// Package openapi holds what scopeway openapi writes against readers that are
// not ours: a validator of OpenAPI 3.1 in Python, and assemblies that the AWS
// CDK wrote.
//
// The validator is one of the pinned tools; with
//
//	make setup && go test ./test/openapi -python "$PWD/.tools/python/bin/python"
//
// it is asked, without -python its tests are skipped.
package openapi
