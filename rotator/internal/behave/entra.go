package behave

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// Entra is a fake of one tenant with one application, and of Microsoft Graph.
// What it does is taken from Microsoft's reference of Graph v1.0 and of the
// token endpoint; that a new secret takes a while is from reports of users.
type Entra struct {
	Server
	// RotatorSecret is that of the application "rotator", which manages.
	RotatorSecret string
	// Owner is whether it may manage the application.
	Owner bool
	// Lag is how long the token endpoint and a list do not know of a new secret.
	Lag time.Duration
	// MaxLife is the longest life that the tenant's policy allows, 0 for any.
	MaxLife time.Duration

	passwords []password
	limit     limit
}

type password struct {
	ID, Name, text string
	start, end     time.Time
}

// The fake's one application.
const (
	EntraClient = "11111111-2222-3333-4444-555555555555"
	EntraObject = "99999999-8888-7777-6666-555555555555"
	EntraScope  = "api://orders/.default"
)

// NewEntra returns a tenant "tenant" whose application has a secret that an
// administrator made.
func NewEntra(secret string) *Entra {
	e := &Entra{Server: newServer(), RotatorSecret: "rotator-secret", Owner: true}
	e.passwords = []password{{ID: "0000-admin", Name: "made by hand", text: secret, start: time.Unix(1_700_000_000, 0), end: time.Unix(4_000_000_000, 0)}}
	e.mux.HandleFunc("POST /tenant/oauth2/v2.0/token", e.token)
	e.mux.HandleFunc("GET /v1.0/applications/{id}", e.may(e.read))
	e.mux.HandleFunc("POST /v1.0/applications/{id}/addPassword", e.may(e.add))
	e.mux.HandleFunc("POST /v1.0/applications/{id}/removePassword", e.may(e.remove))
	return e
}

// Limit allows so many calls of Graph in a window.
func (e *Entra) Limit(most int, window time.Duration) { e.limit = limit{most: most, window: window} }

// token is the tenant's v2.0 token endpoint, for both applications.
func (e *Entra) token(w http.ResponseWriter, r *http.Request) {
	id, secret := client(r)
	scope := r.PostFormValue("scope")
	switch {
	case id == "rotator" && secret == e.RotatorSecret && scope == base(r)+"/.default":
		write(w, http.StatusOK, members{"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": e.issue(time.Hour)})
	case id == EntraClient && scope == EntraScope && e.works(secret):
		write(w, http.StatusOK, members{"token_type": "Bearer", "expires_in": 3599, "ext_expires_in": 3599, "access_token": "client-token"})
	case id != "rotator" && id != EntraClient:
		entraRefusal(w, http.StatusBadRequest, "unauthorized_client", 700016)
	case id == "rotator" && secret == e.RotatorSecret, id == EntraClient && e.works(secret):
		entraRefusal(w, http.StatusBadRequest, "invalid_scope", 70011)
	default:
		entraRefusal(w, http.StatusUnauthorized, "invalid_client", 7000215)
	}
}

func entraRefusal(w http.ResponseWriter, status int, code string, number int) {
	write(w, status, members{
		"error": code, "error_description": "AADSTS" + strconv.Itoa(number) + ": it holds the s3cret", "error_codes": []int{number},
		"trace_id": "t", "correlation_id": "c",
	})
}

func (e *Entra) works(secret string) bool {
	now := e.Now()
	for _, p := range e.passwords {
		if p.text == secret && now.Before(p.end) && !now.Before(p.start.Add(e.Lag)) {
			return true
		}
	}
	return false
}

// may lets a call through that is within the limit, has a token, and is of an
// owner, for an application that is there.
func (e *Entra) may(do http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !e.limit.take(e.Now()):
			w.Header().Set("Retry-After", strconv.Itoa(int(e.limit.end.Sub(e.Now()).Seconds()+1)))
			graphError(w, http.StatusTooManyRequests, "TooManyRequests", "Too many requests.")
		case !e.holds(r, "Bearer"):
			graphError(w, http.StatusUnauthorized, "InvalidAuthenticationToken", "Access token is empty.")
		case r.PathValue("id") != EntraObject:
			graphError(w, http.StatusNotFound, "Request_ResourceNotFound", "Resource does not exist or one of its queried reference-property objects are not present.")
		case !e.Owner:
			graphError(w, http.StatusForbidden, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
		default:
			do(w, r)
		}
	}
}

func graphError(w http.ResponseWriter, status int, code, message string) {
	write(w, status, members{"error": members{"code": code, "message": message, "innerError": members{"request-id": "r"}}})
}

// shown is a password as Graph shows it; its text only once.
func (p password) shown(text any) members {
	return members{
		"customKeyIdentifier": nil, "displayName": p.Name, "hint": "abc", "keyId": p.ID, "secretText": text,
		"startDateTime": p.start.UTC().Format(time.RFC3339Nano), "endDateTime": p.end.UTC().Format(time.RFC3339Nano),
	}
}

func (e *Entra) read(w http.ResponseWriter, _ *http.Request) {
	all := []members{}
	for _, p := range e.passwords {
		if !e.Now().Before(p.start.Add(e.Lag)) {
			all = append(all, p.shown(nil))
		}
	}
	write(w, http.StatusOK, members{"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#applications(passwordCredentials)/$entity", "passwordCredentials": all})
}

func (e *Entra) add(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		PasswordCredential struct {
			DisplayName string    `json:"displayName"`
			EndDateTime time.Time `json:"endDateTime"`
		} `json:"passwordCredential"`
	}
	err := json.NewDecoder(r.Body).Decode(&asked)
	end := asked.PasswordCredential.EndDateTime
	switch {
	case err != nil || !end.After(e.Now()):
		graphError(w, http.StatusBadRequest, "Request_BadRequest", "Key credential end date is invalid.")
		return
	case e.MaxLife > 0 && end.Sub(e.Now()) > e.MaxLife:
		graphError(w, http.StatusBadRequest, "CredentialInvalidLifetimeAsPerAppPolicy", "Credential lifetime exceeds the max value allowed as per assigned policy 'p'.")
		return
	}
	p := password{ID: e.next("key-%d"), Name: asked.PasswordCredential.DisplayName, text: e.next("entra-secret-%d"), start: e.Now(), end: end}
	e.passwords = append(e.passwords, p)
	write(w, http.StatusOK, p.shown(p.text))
}

func (e *Entra) remove(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		KeyID string `json:"keyId"`
	}
	if err := json.NewDecoder(r.Body).Decode(&asked); err == nil {
		for i, p := range e.passwords {
			if p.ID == asked.KeyID {
				e.passwords = append(e.passwords[:i:i], e.passwords[i+1:]...)
				w.WriteHeader(http.StatusNoContent)
				return
			}
		}
	}
	graphError(w, http.StatusBadRequest, "Request_BadRequest", "No password credential found with keyId.")
}
