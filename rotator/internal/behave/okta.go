package behave

import (
	"crypto"
	"net/http"
	"strconv"
	"time"
)

// Okta is a fake of one org with one application and a custom authorization
// server "default". What it does is taken from Okta's description of its
// Management API, of its rate limits and of DPoP, and from RFC 9449.
type Okta struct {
	Server
	// RotatorKey and RotatorKeyID are the public key of the application
	// "rotator", which manages; Algorithm is its name in JOSE.
	RotatorKey   crypto.PublicKey
	RotatorKeyID string
	Algorithm    string
	// Bound is whether it must prove possession, as new applications must.
	Bound bool
	// NonceAtAPI lets the Management API want a nonce, too.
	NonceAtAPI bool
	// Granted is whether it has the scope okta.apps.manage, Admin whether it has
	// a role.
	Granted, Admin bool
	// InBody is whether the application is one of client_secret_post.
	InBody bool

	secrets []oktaSecret
	limit   limit
	used    map[string]bool   // jti of assertions and proofs
	bound   map[string]string // tokens, and the thumbprint of their key
}

type oktaSecret struct {
	id, text string
	active   bool
	created  time.Time
}

// The fake's one application.
const (
	OktaApp    = "0oa2orders0batch0app"
	OktaClient = "0oa2orders0batch"
)

// NewOkta returns an org whose application has the secret.
func NewOkta(secret string, rotatorKey crypto.PublicKey, algorithm string) *Okta {
	o := &Okta{
		Server: newServer(), RotatorKey: rotatorKey, RotatorKeyID: "k1", Algorithm: algorithm, Bound: true, Granted: true, Admin: true,
		used: map[string]bool{}, bound: map[string]string{},
	}
	o.secrets = []oktaSecret{{"ocs0", secret, true, time.Unix(1_700_000_000, 0)}}
	o.mux.HandleFunc("POST /oauth2/v1/token", o.managementToken)
	o.mux.HandleFunc("POST /oauth2/default/v1/token", o.token)
	const place = "/api/v1/apps/{app}/credentials/secrets"
	o.mux.HandleFunc("GET "+place, o.may(o.list))
	o.mux.HandleFunc("POST "+place, o.may(o.add))
	o.mux.HandleFunc("POST "+place+"/{id}/lifecycle/deactivate", o.may(o.deactivate))
	o.mux.HandleFunc("DELETE "+place+"/{id}", o.may(o.remove))
	return o
}

// Limit allows so many calls of the Management API in a window; Okta's is a
// minute.
func (o *Okta) Limit(most int, window time.Duration) { o.limit = limit{most: most, window: window} }

// token is the authorization server's token endpoint, for the application.
func (o *Okta) token(w http.ResponseWriter, r *http.Request) {
	id, secret := client(r)
	for _, s := range o.secrets {
		if id == OktaClient && s.active && s.text == secret && o.InBody == (r.Header.Get("Authorization") == "") {
			write(w, http.StatusOK, members{"token_type": "Bearer", "expires_in": 3600, "access_token": "client-token", "scope": r.PostFormValue("scope")})
			return
		}
	}
	write(w, http.StatusUnauthorized, members{"error": "invalid_client", "error_description": "The client secret supplied for a confidential client is invalid."})
}

// may lets a call through that is within the limit, has a token with its proof,
// and a role, for an application that is there.
func (o *Okta) may(do http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		within := o.limit.take(o.Now())
		if o.limit.most > 0 { // and never Retry-After
			w.Header().Set("X-Rate-Limit-Limit", strconv.Itoa(o.limit.most))
			w.Header().Set("X-Rate-Limit-Remaining", strconv.Itoa(max(0, o.limit.most-o.limit.used)))
			w.Header().Set("X-Rate-Limit-Reset", strconv.FormatInt(o.limit.end.Unix(), 10))
		}
		switch {
		case !within:
			oktaError(w, http.StatusTooManyRequests, "E0000047", "API call exceeded rate limit due to too many requests.")
		case !o.possesses(w, r):
			oktaError(w, http.StatusUnauthorized, "E0000011", "Invalid token provided")
		case !o.Admin:
			oktaError(w, http.StatusForbidden, "E0000006", "You do not have permission to perform the requested action")
		case r.PathValue("app") != OktaApp:
			oktaError(w, http.StatusNotFound, "E0000007", "Not found: Resource not found: "+r.PathValue("app")+" (AppInstance)")
		default:
			do(w, r)
		}
	}
}

func oktaError(w http.ResponseWriter, status int, code, summary string, causes ...string) {
	all := []members{}
	for _, cause := range causes {
		all = append(all, members{"errorSummary": cause})
	}
	write(w, status, members{"errorCode": code, "errorSummary": summary, "errorLink": code, "errorId": "oae", "errorCauses": all})
}

func (s oktaSecret) shown() members {
	status := "INACTIVE"
	if s.active {
		status = "ACTIVE"
	}
	return members{"id": s.id, "status": status, "client_secret": s.text, "secret_hash": "hash", "created": s.created.UTC().Format("2006-01-02T15:04:05.000Z"), "_links": members{}}
}

func (o *Okta) list(w http.ResponseWriter, _ *http.Request) {
	all := []members{}
	for i := len(o.secrets) - 1; i >= 0; i-- { // the order is not promised
		all = append(all, o.secrets[i].shown())
	}
	write(w, http.StatusOK, all)
}

func (o *Okta) add(w http.ResponseWriter, _ *http.Request) {
	if len(o.secrets) == 2 {
		oktaError(w, http.StatusBadRequest, "E0000001", "Api validation failed: client_secret", "You've reached the maximum number of client secrets per client.")
		return
	}
	s := oktaSecret{o.next("ocs%d"), o.next("okta-secret-%d"), true, o.Now()}
	o.secrets = append(o.secrets, s)
	write(w, http.StatusCreated, s.shown())
}

// at returns the place of a secret, and answers if it is not there.
func (o *Okta) at(w http.ResponseWriter, r *http.Request) int {
	for i, s := range o.secrets {
		if s.id == r.PathValue("id") {
			return i
		}
	}
	oktaError(w, http.StatusNotFound, "E0000007", "Not found: Resource not found")
	return -1
}

func (o *Okta) deactivate(w http.ResponseWriter, r *http.Request) {
	i := o.at(w, r)
	if i < 0 {
		return
	}
	others := 0
	for j, s := range o.secrets {
		if j != i && s.active {
			others++
		}
	}
	if others == 0 {
		oktaError(w, http.StatusBadRequest, "E0000001", "Api validation failed: status", "You can't deactivate the only active client secret.")
		return
	}
	o.secrets[i].active = false
	write(w, http.StatusOK, o.secrets[i].shown())
}

func (o *Okta) remove(w http.ResponseWriter, r *http.Request) {
	i := o.at(w, r)
	if i < 0 {
		return
	}
	if o.secrets[i].active {
		oktaError(w, http.StatusBadRequest, "E0000001", "Api validation failed: status", "You can't delete an active client secret. Deactivate the secret before deleting it.")
		return
	}
	o.secrets = append(o.secrets[:i:i], o.secrets[i+1:]...)
	w.WriteHeader(http.StatusNoContent)
}
