// Package page is a static page that signs people in and calls the API for them,
// and the server that hands it out.
package page

import (
	"embed"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// Config is what the page has to know of a deployment: outputs of the stack, none
// of them secret.
type Config struct {
	// Api is the base URL of the API, without a slash at the end.
	Api string `json:"api"`
	// Authorize, Token and Logout are the endpoints of the user pool's domain.
	Authorize string `json:"authorize"`
	Token     string `json:"token"`
	Logout    string `json:"logout"`
	// Client is the id of the web client.
	Client string `json:"client"`
	// Scope is what the page asks for, separated by spaces.
	Scope string `json:"scope"`
}

//go:embed index.html app.js style.css
var files embed.FS

// Handler returns the page's server. It refuses a configuration with a URL that
// is neither https nor http on loopback, or one that is missing.
func Handler(config Config) (http.Handler, error) {
	api, err := origin("Api", config.Api)
	if err != nil {
		return nil, err
	}
	token, err := origin("Token", config.Token)
	if err != nil {
		return nil, err
	}
	for name, text := range map[string]string{"Authorize": config.Authorize, "Logout": config.Logout} {
		if _, err := origin(name, text); err != nil {
			return nil, err
		}
	}
	if config.Client == "" || config.Scope == "" {
		return nil, fmt.Errorf("configuration, Client or Scope is missing, write what the stack's outputs say")
	}
	settings, err := json.Marshal(config)
	if err != nil {
		return nil, err
	}
	index, err := files.ReadFile("index.html")
	if err != nil {
		return nil, err
	}
	// The page's own policy says whom it may send the token to.
	page := strings.Replace(string(index), "{{connect}}", "'self' "+api+" "+token, 1)

	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, page)
	})
	mux.HandleFunc("GET /config.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Write(settings)
	})
	static := http.FileServerFS(files)
	mux.Handle("GET /app.js", static)
	mux.Handle("GET /style.css", static)
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		header := w.Header()
		header.Set("Cache-Control", "no-store")
		// What a page cannot say of itself in a meta element.
		header.Set("Content-Security-Policy", "frame-ancestors 'none'")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("X-Content-Type-Options", "nosniff")
		mux.ServeHTTP(w, request)
	}), nil
}

// origin returns the origin of a URL that is safe to send a token to.
func origin(name, text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || strings.ContainsAny(u.Host, " ;,'\"") {
		return "", fmt.Errorf("configuration, %s is not a URL, got %q, write what the stack's outputs say", name, text)
	}
	ip := net.ParseIP(u.Hostname())
	if u.Scheme != "https" && (u.Scheme != "http" || u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback())) {
		return "", fmt.Errorf("configuration, %s is not https, got %q, write \"https://…\" (http is for loopback only)", name, text)
	}
	return u.Scheme + "://" + u.Host, nil
}
