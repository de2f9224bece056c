package gateway_test

import (
	"os"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/gateway"
	"github.com/scopeway/scopeway/constructs/identity"
)

// restApi makes a REST API without routes that trusts the users.
func (s *shop) restApi(props *gateway.RestApiProps) gateway.RestApi {
	if props == nil {
		props = &gateway.RestApiProps{}
	}
	if props.Trusts == nil {
		props.Trusts = []identity.Identity{s.users}
	}
	return gateway.NewRestApi(s.stack, "Api", props)
}

func TestSmoke(t *testing.T) {
	s := newShop(t)
	api := s.restApi(&gateway.RestApiProps{Cors: &gateway.Cors{AllowOrigins: []string{"https://a.example.com", "https://b.example.com"}}, Tracing: true, Description: "x"})
	api.Handle("GET /orders/{id}", access.Require(s.read), gateway.ToLambda(s.fn))
	api.Handle("POST /orders", access.Require(s.write), gateway.ToUrl("https://orders.example.com/base", nil))
	api.Handle("GET /menu", access.Public("it hangs on the door"), gateway.ToLambda(s.other))
	admins := api.Group("/admin", access.Require(s.write))
	admins.Handle("ANY /{path+}", gateway.ToUrl("https://admin.example.com", nil))
	tpl := mustSynth(t, s.app)
	os.WriteFile("/tmp/rest.json", []byte(tpl.text), 0o644)
}
