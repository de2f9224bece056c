package behave

import (
	"net/http"
	"time"
)

// Keycloak is a fake of one realm with one client. What it does was seen on
// Keycloak 26.7.3, with and without the preview feature
// client-secret-rotation.
type Keycloak struct {
	Server
	// RotatorSecret is that of the client "rotator", which manages.
	RotatorSecret string
	// MayRead and MayManage are its rights on the client.
	MayRead, MayManage bool
	// Overlap is for how long a former secret works on: the client policy's
	// rotated-expiration-period. 0 is a realm without the policy.
	Overlap time.Duration

	secret, rotated string
	rotatedEnd      time.Time
}

// The fake's one client.
const (
	KeycloakClient = "orders-batch"
	KeycloakUUID   = "5ba1c7a3-9c2f-4f0e-8e3e-6a0b8a2f7b11"
)

// NewKeycloak returns a realm acme whose client has the secret.
func NewKeycloak(secret string) *Keycloak {
	k := &Keycloak{Server: newServer(), RotatorSecret: "rotator-secret", MayRead: true, MayManage: true, secret: secret}
	k.mux.HandleFunc("POST /realms/acme/protocol/openid-connect/token", k.token)
	const place = "/admin/realms/acme/clients/{id}/client-secret"
	k.mux.HandleFunc("GET "+place, k.may(&k.MayRead, k.read))
	k.mux.HandleFunc("POST "+place, k.may(&k.MayManage, k.rotate))
	k.mux.HandleFunc("GET "+place+"/rotated", k.may(&k.MayRead, k.readRotated))
	k.mux.HandleFunc("DELETE "+place+"/rotated", k.removeRotated)
	return k
}

// token is the realm's token endpoint, for both clients.
func (k *Keycloak) token(w http.ResponseWriter, r *http.Request) {
	switch id, secret := client(r); {
	case id == "rotator" && secret == k.RotatorSecret:
		write(w, http.StatusOK, members{"access_token": k.issue(time.Minute), "expires_in": 60, "refresh_expires_in": 0, "token_type": "Bearer", "not-before-policy": 0, "scope": ""})
	case id == KeycloakClient && (secret == k.secret || k.rotated != "" && secret == k.rotated && k.Now().Before(k.rotatedEnd)):
		write(w, http.StatusOK, members{"access_token": "client-token", "expires_in": 300, "refresh_expires_in": 0, "token_type": "Bearer", "not-before-policy": 0, "scope": ""})
	case id == KeycloakClient || id == "rotator":
		// Not invalid_client.
		write(w, http.StatusUnauthorized, members{"error": "unauthorized_client", "error_description": "Invalid client or Invalid client credentials"})
	default:
		write(w, http.StatusUnauthorized, members{"error": "invalid_client", "error_description": "Invalid client or Invalid client credentials"})
	}
}

// may lets a call through that has a token and the right, for a client that is
// there.
func (k *Keycloak) may(right *bool, do http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !k.holds(r, "Bearer"):
			write(w, http.StatusUnauthorized, members{"error": "HTTP 401 Unauthorized"})
		case !*right:
			write(w, http.StatusForbidden, members{"error": "HTTP 403 Forbidden"})
		case r.PathValue("id") != KeycloakUUID:
			write(w, http.StatusNotFound, members{"error": "Could not find client"})
		default:
			do(w, r)
		}
	}
}

func (k *Keycloak) read(w http.ResponseWriter, _ *http.Request) {
	write(w, http.StatusOK, members{"type": "secret", "value": k.secret})
}

// rotate makes a new secret. Without the policy the former one is gone, with it
// the one before that.
func (k *Keycloak) rotate(w http.ResponseWriter, r *http.Request) {
	if k.Overlap > 0 {
		k.rotated, k.rotatedEnd = k.secret, k.Now().Add(k.Overlap)
	}
	k.secret = k.next("keycloak-secret-%d")
	k.read(w, r)
}

// readRotated tells the former secret, even after its time.
func (k *Keycloak) readRotated(w http.ResponseWriter, _ *http.Request) {
	if k.rotated == "" {
		write(w, http.StatusNotFound, members{"error": "Client does not have a rotated secret"})
		return
	}
	write(w, http.StatusOK, members{"type": "secret", "value": k.rotated})
}

// removeRotated ends the former secret. Without the right it answers 500, as
// the real one does, and without a former secret 204.
func (k *Keycloak) removeRotated(w http.ResponseWriter, r *http.Request) {
	k.may(new(true), func(w http.ResponseWriter, _ *http.Request) {
		if !k.MayManage {
			write(w, http.StatusInternalServerError, members{"error": "unknown_error", "error_description": "For more on this error consult the server log."})
			return
		}
		k.rotated = ""
		w.WriteHeader(http.StatusNoContent)
	})(w, r)
}
