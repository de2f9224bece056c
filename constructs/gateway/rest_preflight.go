package gateway

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/jsii-runtime-go"
)

// preflight is the answer to preflight requests of a REST API's resource. It is
// put together here, and not by awscdk, so that the template's can be compared
// with it: who may read answers depends on its headers.
type preflight struct {
	headers   map[string]*string // API Gateway's notation: fixed texts in single quotes
	templates map[string]*string // nil with one origin
}

const (
	preflightStatus  = "204"
	preflightRequest = "{ statusCode: 200 }"
)

// newPreflight returns the answer with the methods, which may be a token.
func newPreflight(cors *Cors, methods string) *preflight {
	fixed := func(text string) *string { return jsii.String("'" + text + "'") }
	p := &preflight{headers: map[string]*string{
		"Access-Control-Allow-Origin":  fixed(cors.AllowOrigins[0]),
		"Access-Control-Allow-Headers": fixed(join(cors.headers())),
		"Access-Control-Allow-Methods": fixed(methods),
		"Access-Control-Max-Age":       fixed(fmt.Sprint(cors.seconds())),
	}}
	if cors.AllowOrigins[0] != "*" {
		p.headers["Vary"] = fixed("Origin")
	}
	if cors.AllowCredentials {
		p.headers["Access-Control-Allow-Credentials"] = fixed("true")
	}
	if len(cors.ExposeHeaders) > 0 {
		p.headers["Access-Control-Expose-Headers"] = fixed(join(cors.ExposeHeaders))
	}
	if others := cors.AllowOrigins[1:]; len(others) > 0 {
		p.templates = map[string]*string{"application/json": jsii.String(originTemplate(others))}
	}
	return p
}

// originTemplate repeats the caller's origin if it is one of those.
func originTemplate(origins []string) string {
	var conditions []string
	for _, o := range origins {
		conditions = append(conditions, `$origin == "`+o+`"`)
	}
	return strings.Join([]string{
		`#set($origin = $input.params().header.get("Origin"))`,
		`#if($origin == "")`,
		`  #set($origin = $input.params().header.get("origin"))`,
		`#end`,
		`#if(` + strings.Join(conditions, " || ") + `)`,
		`  #set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)`,
		`#end`,
	}, "\n")
}

// parameters returns a value for each header.
func parameters[V any](p *preflight, value func(*string) V) map[string]V {
	all := map[string]V{}
	for name, text := range p.headers {
		all["method.response.header."+name] = value(text)
	}
	return all
}

func sent(text *string) *string { return text }
func known(*string) *bool       { return jsii.Bool(true) }

func (p *preflight) integration() awsapigateway.Integration {
	headers := parameters(p, sent)
	response := &awsapigateway.IntegrationResponse{StatusCode: jsii.String(preflightStatus), ResponseParameters: &headers}
	if p.templates != nil {
		response.ResponseTemplates = &p.templates
	}
	return awsapigateway.NewMockIntegration(&awsapigateway.IntegrationOptions{
		RequestTemplates:     &map[string]*string{"application/json": jsii.String(preflightRequest)},
		IntegrationResponses: &[]*awsapigateway.IntegrationResponse{response},
	})
}

func (p *preflight) options() *awsapigateway.MethodOptions {
	headers := parameters(p, known)
	return &awsapigateway.MethodOptions{
		AuthorizationType: awsapigateway.AuthorizationType_NONE,
		Authorizer:        &noAuthorizer{},
		ApiKeyRequired:    jsii.Bool(false),
		MethodResponses:   &[]*awsapigateway.MethodResponse{{StatusCode: jsii.String(preflightStatus), ResponseParameters: &headers}},
	}
}

// want returns the method's properties as they have to be in the template.
func (p *preflight) want() map[string]any {
	response := map[string]any{"StatusCode": preflightStatus, "ResponseParameters": parameters(p, sent)}
	if p.templates != nil {
		response["ResponseTemplates"] = p.templates
	}
	return map[string]any{
		"ApiKeyRequired": false,
		"Integration": map[string]any{
			"Type":                 "MOCK",
			"RequestTemplates":     map[string]any{"application/json": preflightRequest},
			"IntegrationResponses": []any{response},
		},
		"MethodResponses": []any{map[string]any{"StatusCode": preflightStatus, "ResponseParameters": parameters(p, known)}},
	}
}

// addPreflight answers preflight requests for a resource, once.
func (a *restApi) addPreflight(path string, resource awsapigateway.IResource) {
	if !a.shape.props.usesCors() || a.preflights[path] {
		return
	}
	a.preflights[path] = true
	if a.preflight == nil {
		methods := &lateText{func() *string { return jsii.String(a.preflightMethods()) }}
		p := newPreflight(a.shape.props.Cors, *awscdk.Lazy_String(methods, nil))
		a.preflight = &madePreflight{integration: p.integration(), options: p.options()}
	}
	method := resource.AddMethod(jsii.String("OPTIONS"), a.preflight.integration, a.preflight.options)
	a.keep(method, restMethod{key: "OPTIONS " + path, public: true, path: path, method: "OPTIONS", preflight: true}, "public: preflight requests (CORS)")
}

// preflightWanted returns what all preflight methods have to be.
func (a *restApi) preflightWanted() map[string]any {
	return newPreflight(a.shape.props.Cors, a.preflightMethods()).want()
}

// madePreflight is what all preflight methods of an API share.
type madePreflight struct {
	integration awsapigateway.Integration
	options     *awsapigateway.MethodOptions
}

func (a *restApi) preflightMethods() string { return strings.Join(a.shape.methods(), ",") }
