package behave

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Auth0 is a fake of one tenant with one application. What it does is taken
// from Auth0's description of the Management API v2 and its rate limits; the
// token endpoint's answer to a wrong secret from reports of users.
type Auth0 struct {
	Server
	// RotatorSecret is that of the application "rotator", which manages.
	RotatorSecret string
	// Scopes are those of its client grant on the Management API; none at all
	// is no grant.
	Scopes []string
	// Granted is whether the application has a client grant on its API.
	Granted bool
	// KeyOnly makes it an application with private_key_jwt.
	KeyOnly bool
	// Full lets the tenant's plan allow no more.
	Full bool

	secret string
	limit  limit
}

// The fake's one application, and its API.
const (
	Auth0Client   = "AaiyAPdpYdesoKnqjj8HJqRn4T5titww"
	Auth0Audience = "https://orders.example.com"
)

// NewAuth0 returns a tenant whose application has the secret.
func NewAuth0(secret string) *Auth0 {
	a := &Auth0{Server: newServer(), RotatorSecret: "rotator-secret", Scopes: []string{"update:client_keys", "read:client_keys"}, Granted: true, secret: secret}
	a.mux.HandleFunc("POST /oauth/token", a.token)
	a.mux.HandleFunc("GET /api/v2/clients/{id}", a.may("read:client_keys", a.read))
	a.mux.HandleFunc("POST /api/v2/clients/{id}/rotate-secret", a.may("update:client_keys", a.rotate))
	return a
}

// Limit allows so many calls of the Management API in a window; a free tenant
// has two in a second.
func (a *Auth0) Limit(most int, window time.Duration) { a.limit = limit{most: most, window: window} }

// token is the tenant's token endpoint, for both applications.
func (a *Auth0) token(w http.ResponseWriter, r *http.Request) {
	id, secret := client(r)
	audience := r.PostFormValue("audience")
	switch {
	case id == "rotator" && secret == a.RotatorSecret && audience == base(r)+"/api/v2/" && len(a.Scopes) > 0:
		write(w, http.StatusOK, members{"access_token": a.issue(24 * time.Hour), "expires_in": 86400, "token_type": "Bearer"})
	case id == Auth0Client && secret == a.secret && audience == Auth0Audience && a.Granted:
		write(w, http.StatusOK, members{"access_token": "client-token", "expires_in": 86400, "token_type": "Bearer"})
	case id == "rotator" && secret == a.RotatorSecret, id == Auth0Client && secret == a.secret:
		write(w, http.StatusForbidden, members{"error": "access_denied", "error_description": "Client is not authorized to access \"" + audience + "\"."})
	default:
		write(w, http.StatusUnauthorized, members{"error": "access_denied", "error_description": "Unauthorized"})
	}
}

// may lets a call through that is within the limit and has a token and the
// scope, for an application that is there.
func (a *Auth0) may(scope string, do http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		within := a.limit.take(a.Now())
		if a.limit.most > 0 {
			w.Header().Set("X-RateLimit-Limit", strconv.Itoa(a.limit.most))
			w.Header().Set("X-RateLimit-Remaining", strconv.Itoa(max(0, a.limit.most-a.limit.used)))
			w.Header().Set("X-RateLimit-Reset", strconv.FormatInt(a.limit.end.Unix(), 10))
		}
		switch {
		case !within:
			auth0Error(w, http.StatusTooManyRequests, "Too Many Requests", "Too many requests. Check the X-RateLimit-Limit, X-RateLimit-Remaining and X-RateLimit-Reset headers.", "too_many_requests")
		case !a.holds(r, "Bearer"):
			auth0Error(w, http.StatusUnauthorized, "Unauthorized", "Invalid token", "")
		case !slices.Contains(a.Scopes, scope):
			auth0Error(w, http.StatusForbidden, "Forbidden", "Insufficient scope; expected any of: "+scope+".", "insufficient_scope")
		case r.PathValue("id") != Auth0Client:
			auth0Error(w, http.StatusNotFound, "Not Found", "The client does not exist", "inexistent_client")
		default:
			do(w, r)
		}
	}
}

func auth0Error(w http.ResponseWriter, status int, name, message, code string) {
	body := members{"statusCode": status, "error": name, "message": message}
	if code != "" {
		body["errorCode"] = code
	}
	write(w, status, body)
}

func (a *Auth0) read(w http.ResponseWriter, _ *http.Request) {
	write(w, http.StatusOK, members{"client_secret": a.secret})
}

// rotate makes a new secret; the former one is gone.
func (a *Auth0) rotate(w http.ResponseWriter, _ *http.Request) {
	switch {
	case a.Full:
		auth0Error(w, http.StatusForbidden, "Forbidden", "You reached the limit of entities of this type for this tenant.", "")
	case a.KeyOnly:
		auth0Error(w, http.StatusBadRequest, "Bad Request", "The client does not authenticate with a secret", "")
	default:
		a.secret = a.next("auth0-secret-%d")
		write(w, http.StatusOK, members{"client_id": Auth0Client, "name": "Orders batch", "client_secret": a.secret})
	}
}

// base returns scheme and host of a request's address.
func base(r *http.Request) string {
	if r.URL.Host != "" { // it came without a network
		return r.URL.Scheme + "://" + r.URL.Host
	}
	return "http://" + r.Host
}
