package rotator

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/scopeway/scopeway/internal/strictjson"
	"github.com/scopeway/scopeway/rotator/internal/call"
)

// Variable is the environment variable with the configuration, in JSON.
const Variable = "SCOPEWAY_ROTATION"

// Config is what the function is deployed with. It holds no secret.
type Config struct {
	// Provider is the kind of provider: one of [Providers].
	Provider string
	// TokenURL is the token endpoint at which new secrets are tried.
	TokenURL string
	// EveryDays is how often Secrets Manager rotates, 1 to 365.
	EveryDays int
	// Overlap is how long the former secret stays, where the provider lets two
	// work side by side: whole hours, at least one, and no longer than EveryDays.
	Overlap time.Duration
	// Clients are the client ids, by the ARN of the secret of each: whose secret
	// lies where is nothing that whoever can write a secret may say. But for
	// "cognito" there is one.
	Clients map[string]string
	// UserPool is the id of the user pool, for "cognito" alone.
	UserPool string
	// APIURL is the base of the management API, AdminTokenURL its token endpoint
	// and Credential the ARN of the secret with the credential for it: for all
	// but "cognito".
	APIURL, AdminTokenURL, Credential string
	// Object is the id by which the management API knows the client. It is the
	// client id where it is left out.
	Object string
	// Scope and Audience are what is asked for when a secret is tried. Both may
	// be left out.
	Scope, Audience string
}

// Providers are the kinds of providers whose secrets can be rotated.
var Providers = []string{"auth0", "cognito", "entra", "keycloak", "okta"}

// maxConfig is the size of all environment variables of a function (AWS Lambda
// quotas).
const maxConfig = 4 << 10

var (
	common   = []string{"version", "provider", "tokenUrl", "everyDays", "overlapHours", "clients", "scope", "audience"}
	external = []string{"apiUrl", "adminTokenUrl", "credential", "object"}
)

// ParseConfig reads the value of [Variable]. It refuses members that nobody
// reads, so that a misspelled one is no setting that silently does not hold. It
// does not ask whether what is named exists.
func ParseConfig(text []byte) (Config, error) {
	document, err := strictjson.Parse(text, strictjson.Limits{Bytes: maxConfig, Depth: 2})
	if err != nil {
		return Config{}, err
	}
	r := &members{object: document}
	if document.Kind() != strictjson.Object {
		return Config{}, fmt.Errorf("must be a JSON object, got %s", document.Kind())
	}
	if version, ok := document.Member("version").Int64(); !ok || version != 1 {
		return Config{}, errors.New("version, is not one this rotator reads, deploy the function of the same release (version 1)")
	}
	c := Config{
		Provider: r.text("provider"), TokenURL: r.address("tokenUrl"),
		EveryDays: r.number("everyDays", 1, 365), Overlap: time.Duration(r.number("overlapHours", 1, 365*24)) * time.Hour,
		Clients: r.clients("clients"), Scope: r.optional("scope"), Audience: r.optional("audience"),
	}
	known := slices.Clone(common)
	switch {
	case r.err != nil:
		return Config{}, r.err
	case !slices.Contains(Providers, c.Provider):
		return Config{}, fmt.Errorf("provider, is not known, got %q, write one of %q", c.Provider, Providers)
	case c.Provider == "cognito":
		known = append(known, "userPool")
		c.UserPool = r.text("userPool")
	default:
		known = append(known, external...)
		c.APIURL, c.AdminTokenURL, c.Object = r.address("apiUrl"), r.address("adminTokenUrl"), r.optional("object")
		c.Credential = r.text("credential")
		r.check("credential", c.Credential, isSecretARN, "the ARN of a secret in AWS Secrets Manager")
		if len(c.Clients) > 1 {
			r.fail("clients", "has more than one, deploy a function for each")
		}
	}
	for name := range document.Members() {
		if !slices.Contains(known, name) {
			return Config{}, fmt.Errorf("member %q, is not known for provider %q, write one of %q", name, c.Provider, known)
		}
	}
	if r.err == nil && c.Overlap > time.Duration(c.EveryDays)*24*time.Hour {
		r.err = fmt.Errorf("overlapHours, is longer than everyDays, got %d hours and %d days, write an overlap that ends before the next rotation", int(c.Overlap.Hours()), c.EveryDays)
	}
	if r.err != nil {
		return Config{}, r.err
	}
	return c, nil
}

// members takes members of an object and remembers the first that is not as it
// must be.
type members struct {
	object strictjson.Value
	err    error
}

func (r *members) fail(member, problem string) {
	if r.err == nil {
		r.err = fmt.Errorf("%s, %s", member, problem)
	}
}

func (r *members) check(member, text string, is func(string) bool, what string) {
	if !is(text) {
		r.fail(member, fmt.Sprintf("is not %s, got %q", what, text))
	}
}

// text returns a mandatory string that is not empty.
func (r *members) text(member string) string {
	value := r.object.Member(member)
	text, ok := value.Text()
	switch {
	case value.Kind() == strictjson.Missing:
		r.fail(member, "is missing")
	case !ok:
		r.fail(member, "must be a string, got "+value.Kind().String())
	case text == "":
		r.fail(member, "is empty")
	}
	return text
}

// clients returns a mandatory object of client ids, by the ARN of a secret.
func (r *members) clients(member string) map[string]string {
	object := &members{object: r.object.Member(member), err: r.err}
	if kind := object.object.Kind(); kind != strictjson.Object || object.object.Len() == 0 {
		r.fail(member, "must be an object with the client id of each secret, got "+kind.String())
		return nil
	}
	clients := map[string]string{}
	for arn := range object.object.Members() {
		object.check(member, arn, isSecretARN, "the ARN of a secret")
		clients[arn] = object.text(arn)
	}
	r.err = object.err
	return clients
}

func (r *members) optional(member string) string {
	if r.object.Member(member).Kind() == strictjson.Missing {
		return ""
	}
	return r.text(member)
}

func (r *members) address(member string) string {
	text := r.text(member)
	if wrong := call.Address(text); wrong != "" {
		r.fail(member, fmt.Sprintf("%s, got %q, write it as https://host/path (http only for a literal loopback address)", wrong, text))
	}
	return text
}

func (r *members) number(member string, least, most int64) int {
	value := r.object.Member(member)
	n, ok := value.Int64()
	switch {
	case value.Kind() == strictjson.Missing:
		r.fail(member, "is missing")
	case !ok || n < least || n > most:
		r.fail(member, fmt.Sprintf("must be a whole number from %d to %d", least, most))
	}
	return int(n)
}

// isSecretARN says whether text has the form of the ARN of a secret. Whether it
// may be used is for IAM to say.
func isSecretARN(text string) bool { return secretARN.MatchString(text) }

var secretARN = regexp.MustCompile(`^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]{1,32}:[0-9]{12}:secret:[A-Za-z0-9/_+=.@!-]{1,519}$`)

// isVersionID says whether text can be the id of a version: a ClientRequestToken
// has 32 to 64 characters (PutSecretValue).
func isVersionID(text string) bool {
	return len(text) >= 32 && len(text) <= 64 && strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-") == ""
}
