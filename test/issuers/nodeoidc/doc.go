// Package nodeoidc sends tokens that npm's oidc-provider issued through the
// authorizer: an implementation of OAuth that shares no line with ours, with
// resource indicators (RFC 8707) and tokens as RFC 9068 has them. Its tests need
// the build tag issuers and .tools/oidc-provider (test/tools/setup.sh
// oidc-provider); they start a server on 127.0.0.1.
package nodeoidc
