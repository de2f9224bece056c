package identity

import (
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// Identity is an identity provider that an API may trust. This package makes
// them; one of your own, or one that embeds these, is not supported.
type Identity interface {
	constructs.Construct
	// Trust is how the authorizer knows the identity. It is complete once the
	// whole app is declared.
	Trust() trust.Trust
	// Serves are the resource servers the identity may speak for.
	Serves() Serves
}

// Serves says for which resource servers an identity may speak, and the
// audience (aud) of each in its tokens.
type Serves map[*access.ResourceServer]string

// Serve takes each resource server's key as its audience, which is right for
// Amazon Cognito, where it is the identifier of the resource server.
func Serve(servers ...*access.ResourceServer) Serves {
	serves := Serves{}
	for _, s := range servers {
		if s == nil {
			serves[nil] = ""
			continue
		}
		serves[s] = s.Key()
	}
	return serves
}
