package issuertest

import (
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

const (
	keysPath  = "/jwks.json"
	tokenPath = "/token"
	maxForm   = 64 << 10
)

func (i *Issuer) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", i.serveDiscovery)
	mux.HandleFunc("GET /.well-known/oauth-authorization-server", i.serveDiscovery)
	mux.HandleFunc("GET "+keysPath, i.serveKeys)
	mux.HandleFunc("POST "+tokenPath, i.serveToken)
	return mux
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // who went away needs no answer
}

// serveDiscovery answers for OpenID Connect Discovery 1.0, section 3, and for
// RFC 8414, section 2, which share their members.
func (i *Issuer) serveDiscovery(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{
		"issuer":                                i.URL(),
		"jwks_uri":                              i.KeysURL(),
		"token_endpoint":                        i.TokenURL(),
		"grant_types_supported":                 []string{"client_credentials"},
		"token_endpoint_auth_methods_supported": []string{"client_secret_basic", "client_secret_post"},
		"response_types_supported":              []string{"none"}, // mandatory, and there is no authorization endpoint
		"subject_types_supported":               []string{"public"},
		"id_token_signing_alg_values_supported": []string{i.config.Algorithm},
	})
}

func (i *Issuer) serveKeys(w http.ResponseWriter, _ *http.Request) {
	i.mu.Lock()
	i.fetches++
	set := i.keys.published()
	i.mu.Unlock()
	writeJSON(w, http.StatusOK, set)
}

// refusal is an error answer of the token endpoint (RFC 6749, section 5.2).
type refusal struct {
	Code        string `json:"error"`
	Description string `json:"error_description"`
}

func (i *Issuer) serveToken(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store") // RFC 6749, section 5.1
	w.Header().Set("Pragma", "no-cache")
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil || len(r.PostForm) == 0 {
		writeJSON(w, http.StatusBadRequest, refusal{"invalid_request", "the body is not a form"})
		return
	}
	for _, values := range r.PostForm {
		if len(values) > 1 { // RFC 6749, section 3.2
			writeJSON(w, http.StatusBadRequest, refusal{"invalid_request", "a parameter is repeated"})
			return
		}
	}
	id, known, refused := i.authenticate(r)
	if refused != nil {
		status := http.StatusBadRequest
		if refused.Code == "invalid_client" {
			status = http.StatusUnauthorized
			w.Header().Set("WWW-Authenticate", `Basic realm="issuertest"`)
		}
		writeJSON(w, status, refused)
		return
	}
	switch r.PostForm.Get("grant_type") {
	case "client_credentials":
	case "":
		writeJSON(w, http.StatusBadRequest, refusal{"invalid_request", "grant_type is missing"})
		return
	default:
		writeJSON(w, http.StatusBadRequest, refusal{"unsupported_grant_type", "only client_credentials is supported"})
		return
	}
	scopes, allowed := granted(r.PostForm.Get("scope"), known.scopes)
	if !allowed {
		writeJSON(w, http.StatusBadRequest, refusal{"invalid_scope", "the client may not have that scope"})
		return
	}
	// RFC 9068, section 2.2: without a user the subject is the client.
	claims := Claims{"sub": id, "client_id": id}
	answer := map[string]any{"token_type": "Bearer", "expires_in": int(i.config.Lifetime.Seconds())}
	if len(scopes) > 0 {
		claims["scope"] = strings.Join(scopes, " ")
		answer["scope"] = claims["scope"]
	}
	answer["access_token"] = i.Token(claims)
	writeJSON(w, http.StatusOK, answer)
}

// authenticate finds out which client asks, by client_secret_basic or
// client_secret_post, and refuses one that uses both.
func (i *Issuer) authenticate(r *http.Request) (id string, known client, refused *refusal) {
	id, secret, basic := r.BasicAuth()
	switch {
	case basic && r.PostForm.Has("client_secret"):
		return "", client{}, &refusal{"invalid_request", "the client authenticates in two ways"}
	case basic:
		var ok bool
		if id, secret, ok = formDecoded(id, secret); !ok {
			return "", client{}, &refusal{"invalid_client", "id or secret is not form-encoded"}
		}
		if r.PostForm.Has("client_id") && r.PostForm.Get("client_id") != id {
			return "", client{}, &refusal{"invalid_request", "the client has two ids"}
		}
	case r.Header.Get("Authorization") != "":
		return "", client{}, &refusal{"invalid_client", "the scheme is not Basic"}
	default:
		id, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	}
	i.mu.Lock()
	known, found := i.clients[id]
	i.mu.Unlock()
	if !found || subtle.ConstantTimeCompare([]byte(secret), []byte(known.secret)) != 1 {
		return "", client{}, &refusal{"invalid_client", "no client has that id and secret"}
	}
	return id, known, nil
}

// granted returns the scopes a client gets: those it asks for, each once, or
// all it may have if it asks for none (RFC 6749, section 3.3).
func granted(asked string, may []string) ([]string, bool) {
	if asked == "" {
		return may, true
	}
	var scopes []string
	for _, scope := range strings.Split(asked, " ") {
		if !slices.Contains(may, scope) {
			return nil, false
		}
		if !slices.Contains(scopes, scope) {
			scopes = append(scopes, scope)
		}
	}
	return scopes, true
}
