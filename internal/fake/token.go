package fake

import (
	"io"
	"net/http"
	"net/url"
)

// Token returns the token endpoint. It takes exactly the secrets that work, by
// HTTP Basic as RFC 6749 section 2.3.1 has it, and answers with a token that
// nobody signed. Its errors are those of Cognito's token endpoint.
func (c *Cognito) Token() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(io.LimitReader(r.Body, maxBody))
		form, err := url.ParseQuery(string(body))
		user, password, basic := r.BasicAuth()
		id, err2 := url.QueryUnescape(user)
		secret, err3 := url.QueryUnescape(password)
		if err != nil || err2 != nil || err3 != nil || !basic {
			refuse(w, "invalid_request")
			return
		}
		c.mu.Lock()
		works, client := c.works(id, secret), c.clients[id]
		c.mu.Unlock()
		grant := form.Get("grant_type")
		switch {
		case !works:
			refuse(w, "invalid_client")
		case grant == "authorization_code" && form.Get("redirect_uri") == "":
			refuse(w, "invalid_request")
		case grant == "authorization_code":
			refuse(w, "invalid_grant")
		case grant != "client_credentials":
			refuse(w, "unsupported_grant_type")
		case !client.machine:
			refuse(w, "unauthorized_client")
		case c.CloudToken != "":
			r.SetBasicAuth(id, client.first)
			forward(w, r, c.CloudToken, body)
		default:
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"access_token":"nobody-signed-this","expires_in":3600,"token_type":"Bearer"}`)
		}
	})
}

func refuse(w http.ResponseWriter, code string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusBadRequest)
	_, _ = io.WriteString(w, `{"error":"`+code+`"}`)
}
