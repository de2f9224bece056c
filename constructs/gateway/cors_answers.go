package gateway

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
)

// methods are the methods of the declared routes, all if one takes ANY.
func (c *core) methods() []string {
	var all []string
	for _, r := range c.routes {
		if m := r.parsed.Method(); m == "ANY" || m == "" {
			return []string{"DELETE", "GET", "HEAD", "PATCH", "POST", "PUT"}
		} else if m != "OPTIONS" {
			all = append(all, m)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// httpCors is an HTTP API's configuration.
func (c *core) httpCors() *awsapigatewayv2.CfnApi_CorsProperty {
	cors := c.props.Cors
	property := &awsapigatewayv2.CfnApi_CorsProperty{
		AllowOrigins: jsii.Strings(cors.AllowOrigins...),
		AllowHeaders: jsii.Strings(cors.headers()...),
		AllowMethods: awscdk.Lazy_List(&lateList{func() []string { return c.methods() }}, nil),
		MaxAge:       jsii.Number(cors.seconds()),
	}
	if len(cors.ExposeHeaders) > 0 {
		property.ExposeHeaders = jsii.Strings(cors.ExposeHeaders...)
	}
	if cors.AllowCredentials {
		property.AllowCredentials = true
	}
	return property
}

// wantedCors is the same as it has to stand in the template.
func (c *core) wantedCors() map[string]any {
	cors := c.props.Cors
	want := map[string]any{"AllowOrigins": cors.AllowOrigins, "AllowHeaders": cors.headers(), "AllowMethods": c.methods(), "MaxAge": cors.seconds()}
	if len(cors.ExposeHeaders) > 0 {
		want["ExposeHeaders"] = cors.ExposeHeaders
	}
	if cors.AllowCredentials {
		want["AllowCredentials"] = true
	}
	return want
}

// lateList produces a list when the app is synthesised.
type lateList struct{ produce func() []string }

func (l *lateList) Produce() *[]*string { return jsii.Strings(l.produce()...) }

// preflightProblems reports routes that would take preflight requests away from
// API Gateway's own answer. An HTTP API gives them to $default and to ANY, which
// want a token that a preflight never has.
func (c *core) preflightProblems(swallows func(access.Route) bool) access.Problems {
	var ps access.Problems
	if c.props.Cors == nil {
		return nil
	}
	for _, r := range c.routes {
		if !swallows(r.parsed) {
			continue
		}
		ps = append(ps, access.Problem{ID: "CorsPreflight", Subject: "route " + quote(r.key), Text: "it would take the preflight requests that Cors answers, declare its methods one by one and leave out OPTIONS", Site: r.site})
	}
	return ps
}
