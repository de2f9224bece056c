package gateway

import (
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/scopeway/scopeway/constructs/internal/duration"
	"github.com/scopeway/scopeway/constructs/internal/trust"
)

// Cors lets pages of other origins call an API from a browser (the Fetch
// standard's CORS protocol). Preflight requests are answered by API Gateway
// without a token; everything else stays closed.
//
// An HTTP API adds the headers to the answers of backends, and as reported to its
// own errors, which AWS's documentation leaves open. A REST API adds them to
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
		if !duration.Whole(duration.Seconds(m), 0, maxCorsSeconds) {
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

func (c *Cors) headers() []string {
	if len(c.AllowHeaders) == 0 {
		return []string{"Authorization", "Content-Type"}
	}
	return c.AllowHeaders
}

// seconds returns the life of a preflight's answer. One that is known at deploy
// only is reported as a problem.
func (c *Cors) seconds() float64 {
	if c.MaxAge == nil || *c.MaxAge.IsUnresolved() {
		return defaultCorsSeconds
	}
	return duration.Seconds(c.MaxAge)
}
