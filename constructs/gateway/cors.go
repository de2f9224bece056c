package gateway

import (
	"math"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/jsii-runtime-go"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// Cors lets pages of other origins call an API from a browser (the Fetch
// standard's CORS protocol). Preflight requests are answered by API Gateway
// without a token; everything else stays closed.
//
// An HTTP API adds the headers to every answer. A REST API adds them to
// preflight answers and to its own errors; a backend behind one has to add
// Access-Control-Allow-Origin to its answers itself.
type Cors struct {
	// AllowOrigins are the pages' origins, such as "https://app.example.com",
	// or "*" alone for all. At least one.
	AllowOrigins []string
	// AllowHeaders are the request headers that pages may send. Default:
	// Authorization and Content-Type.
	AllowHeaders []string
	// ExposeHeaders are the answers' headers that pages may read, beside those
	// that they may always. Default: none.
	ExposeHeaders []string
	// MaxAge is how long browsers may keep the preflight's answer, in whole
	// seconds up to a day. Default: 10 minutes.
	MaxAge awscdk.Duration
	// AllowCredentials lets pages send cookies and client certificates. Access
	// tokens in the Authorization header do not need it. Not with "*".
	AllowCredentials bool
}

const (
	defaultCorsSeconds = 600
	maxCorsSeconds     = 86400
)

// usesCors reports whether there is a CORS configuration that can be used. One
// that cannot is reported as a problem.
func (p Props) usesCors() bool {
	return p.Cors != nil && len(p.Cors.problems()) == 0
}

// problem is an id and a text.
type corsProblem struct{ id, text string }

func (c *Cors) problems() []corsProblem {
	var ps []corsProblem
	if len(c.AllowOrigins) == 0 {
		ps = append(ps, corsProblem{"CorsOrigin", "Cors names no origin, write AllowOrigins: []string{\"https://app.example.com\"}"})
	}
	for i, o := range c.AllowOrigins {
		switch {
		case o == "*" && len(c.AllowOrigins) > 1:
			ps = append(ps, corsProblem{"CorsOrigin", "Cors allows \"*\" beside other origins, write \"*\" alone or leave it out"})
		case o == "*" && c.AllowCredentials:
			ps = append(ps, corsProblem{"CorsWildcard", "Cors allows every origin with credentials, so that any page could act for its visitors: name the origins, or leave AllowCredentials out"})
		case o != "*" && originProblem(o) != "":
			ps = append(ps, corsProblem{"CorsOrigin", "an origin of Cors is " + originProblem(o)})
		case slices.Contains(c.AllowOrigins[:i], o):
			ps = append(ps, corsProblem{"CorsOrigin", "Cors names an origin twice, got " + quote(o) + ", write it once"})
		}
	}
	for _, h := range slices.Concat(c.AllowHeaders, c.ExposeHeaders) {
		if h == "*" && c.AllowCredentials || h != "*" && !isFieldName(h) {
			ps = append(ps, corsProblem{"CorsHeader", "a header of Cors is not usable, got " + quote(h) + ", write the name of a header"})
		}
	}
	if m := c.MaxAge; m != nil {
		if s := literalSeconds(m); s < 0 || s > maxCorsSeconds || s != math.Trunc(s) {
			ps = append(ps, corsProblem{"CorsMaxAge", "MaxAge of Cors is out of range, write whole seconds up to a day"})
		}
	}
	return ps
}

// originHost is a name, or an address of IP version 4 or 6, and a port. Quotes
// would end API Gateway's fixed texts.
var originHost = regexp.MustCompile(`^(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$`)

// originProblem says what is wrong with an origin (RFC 6454, section 6.2), or
// "". Texts that are known at deploy only are not looked at.
func originProblem(origin string) string {
	if trust.Unresolved(origin) {
		return ""
	}
	u, err := url.Parse(origin)
	if err != nil || !originHost.MatchString(u.Host) {
		return "not one, got " + quote(origin) + ", write a scheme and a host, such as \"https://app.example.com\""
	}
	if u.Scheme+"://"+u.Host != origin || strings.ToLower(origin) != origin || u.User != nil {
		return "more than a scheme, a host in lower case and a port, got " + quote(origin) + ", write it as browsers send it: \"https://app.example.com\""
	}
	if u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || isLoopback(u.Hostname())) {
		return ""
	}
	return "not https, got " + quote(origin) + ", write \"https://…\" (http is for localhost only)"
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// isFieldName reports whether the text is a header's name (RFC 9110, section 5.1).
func isFieldName(text string) bool {
	for _, r := range text {
		if r <= ' ' || r > '~' || strings.ContainsRune("\"(),/:;<=>?@[\\]{}'", r) {
			return false
		}
	}
	return text != ""
}

// literalSeconds returns a duration in seconds, -1 when it is known at deploy
// only.
func literalSeconds(d awscdk.Duration) float64 {
	if *d.IsUnresolved() {
		return -1
	}
	return *d.ToMilliseconds(nil) / 1000
}

func (c *Cors) headers() []string {
	if len(c.AllowHeaders) == 0 {
		return []string{"Authorization", "Content-Type"}
	}
	return c.AllowHeaders
}

func (c *Cors) seconds() float64 {
	if c.MaxAge == nil {
		return defaultCorsSeconds
	}
	return literalSeconds(c.MaxAge)
}

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

// restPreflight answers preflight requests for a resource of a REST API.
func (c *core) restPreflight(resource awsapigateway.IResource) awsapigateway.Method {
	cors := c.props.Cors
	methods := &lateText{func() *string { return jsii.String(strings.Join(c.methods(), ",")) }}
	options := &awsapigateway.CorsOptions{
		AllowOrigins:     jsii.Strings(cors.AllowOrigins...),
		AllowHeaders:     jsii.Strings(cors.headers()...),
		AllowMethods:     &[]*string{awscdk.Lazy_String(methods, nil)},
		MaxAge:           awscdk.Duration_Seconds(jsii.Number(cors.seconds())),
		AllowCredentials: jsii.Bool(cors.AllowCredentials),
	}
	if len(cors.ExposeHeaders) > 0 {
		options.ExposeHeaders = jsii.Strings(cors.ExposeHeaders...)
	}
	return resource.AddCorsPreflight(options)
}

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
