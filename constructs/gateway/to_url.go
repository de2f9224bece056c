package gateway

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigateway"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/constructs/internal/duration"
	"github.com/scopeway/scopeway/constructs/internal/short"
	"github.com/scopeway/scopeway/internal/callerjson"
)

// CallerHeader is the request header in which a backend behind [ToUrl] gets the
// verified caller, for caller.FromHeader. API Gateway overwrites it on every
// route, on public ones with the text "public". It has no hyphen, because
// servers that turn "-" into "_" could not tell it from a forged one with "_".
const CallerHeader = callerjson.Header

// UrlProps configure a backend that is reached by URL.
type UrlProps struct {
	// ForwardsToken says why the backend may see the access token, which it
	// could use for itself. A REST API takes the token away unless there is a
	// reason; an HTTP API cannot, so there a reason is mandatory on routes that
	// are not public. At most 256 characters.
	ForwardsToken string
	// VpcLink leads to a target that only the VPC can reach. Default: the URL
	// is reached over the internet. Whoever can reach the backend past the API
	// can send it a header of their own: without a VPC link it has to make sure
	// by itself that API Gateway calls.
	VpcLink *VpcLink
	// Timeout is how long API Gateway waits for an answer, 50 milliseconds to
	// 29 seconds. Default: 29 seconds on REST, 30 on HTTP APIs.
	Timeout awscdk.Duration
}

// VpcLink leads into a VPC. HTTP and REST APIs have links of their own kinds.
type VpcLink struct {
	// Http and Target are for HTTP APIs: the link, and the ARN of a load
	// balancer's listener or of a Cloud Map service. The URL then says which
	// scheme and which base path, and under TLS which name to verify.
	Http   awsapigatewayv2.IVpcLink
	Target *string
	// Rest is for REST APIs: a link to a network load balancer, which the URL
	// names.
	Rest awsapigateway.IVpcLink
}

// ToUrl sends a route's requests to a server: a load balancer, a container, any
// other service. The request's path is appended to the URL, which is https, or
// http through a VPC link or on a literal loopback address; it has no query and
// no slash at the end. The server gets the verified caller in [CallerHeader].
func ToUrl(url string, props *UrlProps) Backend {
	b := &urlBackend{url: url}
	if props != nil {
		b.props = *props
		if props.VpcLink != nil {
			link := *props.VpcLink
			b.props.VpcLink = &link
		}
	}
	return b
}

type urlBackend struct {
	url   string
	props UrlProps
}

const (
	maxReason         = 256
	minBackendTimeout = 50    // milliseconds
	maxBackendTimeout = 29000 // milliseconds
)

// plain is the URL with CloudFormation tokens replaced by letters, so that it
// can be read. nil means that it cannot.
func (b *urlBackend) plain() *url.URL {
	u, err := url.Parse(tokens.ReplaceAllString(b.url, "token"))
	if err != nil || u.Host == "" {
		return nil
	}
	return u
}

// name is the server: two base paths of one server are one backend, and what a
// VPC link leads to is the server whatever the URL calls it.
func (b *urlBackend) name(*core) string {
	if b.url == "" {
		return ""
	}
	if v := b.props.VpcLink; v != nil && v.Target != nil {
		return "target " + *v.Target
	}
	return b.origin()
}

// origin is the URL's scheme and host, with tokens.
func (b *urlBackend) origin() string {
	scheme, rest, found := strings.Cut(b.url, "://")
	if !found {
		return b.url
	}
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + host
}

// base is the URL's path.
func (b *urlBackend) base() string { return strings.TrimPrefix(b.url, b.origin()) }

func (b *urlBackend) readsPath() bool { return true }

func (b *urlBackend) problems(k kind, r *route) access.Problems {
	var ps access.Problems
	problem := func(id, format string, args ...any) {
		ps = append(ps, access.Problem{ID: id, Subject: fmt.Sprintf("route %q", r.key), Text: fmt.Sprintf(format, args...), Site: r.site})
	}
	if text := b.urlProblem(); text != "" {
		problem("BackendUrl", "%s", text)
	}
	if n := utf8.RuneCountInString(b.props.ForwardsToken); n > maxReason || n > 0 && strings.TrimSpace(b.props.ForwardsToken) == "" {
		problem("NoReason", "it forwards access tokens without a reason, or with one of more than %d characters, write ForwardsToken: \"why the backend may see them\"", maxReason)
	}
	_, isHTTP := k.(*httpApi)
	if isHTTP && !r.public() && b.props.ForwardsToken == "" {
		problem("ForwardsToken", "an HTTP API cannot keep the access token from its backend, write UrlProps{ForwardsToken: \"why the backend may see it\"}, or use gateway.NewRestApi")
	}
	if d := b.props.Timeout; d != nil && !duration.Whole(duration.Milliseconds(d), minBackendTimeout, maxBackendTimeout) {
		problem("BackendTimeout", "the timeout of its backend is out of range, got %s, write whole milliseconds, from 50 to 29 seconds", duration.Spoken(d))
	}
	if v := b.props.VpcLink; v != nil {
		if host, secure := strings.CutPrefix(b.origin(), "https://"); secure && strings.HasPrefix(host, "[") {
			problem("BackendUrl", "the URL of its backend has an address where TLS needs a name to verify, write the name in the certificate")
		}
		if isHTTP && (v.Http == nil || v.Target == nil) {
			problem("VpcLink", "its VPC link is not one for HTTP APIs, write VpcLink{Http: link, Target: listener.ListenerArn()}")
		}
		if !isHTTP && v.Rest == nil {
			problem("VpcLink", "its VPC link is not one for REST APIs, write VpcLink{Rest: link}")
		}
	}
	return ps
}

func (b *urlBackend) urlProblem() string {
	u := b.plain()
	got := ", got " + quote(b.url)
	if strings.ContainsAny(b.url, "@?") {
		got = "" // it may hold a password
	}
	switch {
	case u == nil:
		return "the URL of its backend is not one" + got + ", write for example \"https://orders.example.com\""
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || strings.Contains(b.url, "#"):
		return "the URL of its backend has a user, a query or a fragment" + got + ", leave it out"
	case strings.HasSuffix(b.url, "/"):
		return "the URL of its backend ends in a slash" + got + ", leave it out: the request's path is appended"
	case strings.ContainsAny(tokens.ReplaceAllString(b.url, ""), "{}$'\\ %"):
		return "the URL of its backend has a character that API Gateway would read in another way" + got + ", leave it out"
	case !b.oneSpelling(u):
		return "the URL of its backend has a scheme or host in another spelling than the usual one" + got + ", write them in lower case, without a dot at the end and without the port that goes without saying"
	case u.Scheme == "https", u.Scheme == "http" && (b.props.VpcLink != nil || isLoopback(u.Hostname())):
		return ""
	}
	return "the URL of its backend is not https" + got + ", so that callers and tokens would cross the internet in the clear: write \"https://…\" (http is for VPC links and literal loopback addresses)"
}

// oneSpelling reports whether the server is written as servers are, so that two
// URLs of one server are known as such.
func (b *urlBackend) oneSpelling(u *url.URL) bool {
	usual := map[string]string{"https": "443", "http": "80"}
	host := u.Hostname()
	return strings.HasPrefix(b.url, u.Scheme+"://") && host == strings.ToLower(host) &&
		!strings.HasSuffix(host, ".") && !strings.HasSuffix(u.Host, ":") && (u.Port() == "" || u.Port() != usual[u.Scheme] && !strings.HasPrefix(u.Port(), "0"))
}

// address tells one way to a server from another. It goes by what tokens stand
// for in the template, so that it does not depend on the order of the program.
func (b *urlBackend) address(h *httpApi, public bool) (id, whole string) {
	host := "url"
	if u := b.plain(); u != nil {
		host = short.Text(u.Hostname(), 64)
	}
	parts := []any{b.url, public}
	if v := b.props.VpcLink; v != nil {
		parts = append(parts, v.Http.VpcLinkId(), v.Target)
	}
	if d := b.props.Timeout; d != nil {
		parts = append(parts, duration.Milliseconds(d))
	}
	whole = rendered(h, parts)
	sum := sha256.Sum256([]byte(whole))
	id = host + "-" + hex.EncodeToString(sum[:4])
	if public {
		id += "-public"
	}
	return id, whole
}

// rendered returns values as the template will have them.
func rendered(scope constructs.Construct, values []any) (text string) {
	defer func() {
		// A token that cannot be resolved yet is told from others by itself.
		if recover() != nil {
			text = fmt.Sprint(values...)
		}
	}()
	encoded, err := json.Marshal(awscdk.Stack_Of(scope).Resolve(values))
	if err != nil {
		return fmt.Sprint(values...)
	}
	return string(encoded)
}
