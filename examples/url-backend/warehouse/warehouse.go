// Package warehouse is an ordinary server behind an API: it reads from one header
// who calls, and knows nothing of tokens.
package warehouse

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"

	"github.com/scopeway/scopeway/caller"
)

// Handler returns the server with a small stock. What it is told of the caller
// is true only if nobody but the API can reach it.
func Handler() http.Handler {
	w := &warehouse{stock: map[string]int{"apples": 12, "pears": 3}}
	mux := http.NewServeMux()
	mux.Handle("GET /stock/{item}", verified(w.get))
	mux.Handle("PUT /stock/{item}", verified(w.put))
	mux.HandleFunc("GET /opening-hours", func(out http.ResponseWriter, _ *http.Request) {
		answer(out, map[string]string{"open": "07:00", "closed": "16:00"})
	})
	return mux
}

// verified hands the caller on to the handlers of routes with a rule. A request
// that did not come through the authorizer, or came on a public route, is
// refused.
func verified(next func(http.ResponseWriter, *http.Request, *caller.Caller)) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, request *http.Request) {
		who, err := caller.FromHeader(request.Header)
		if err != nil {
			http.Error(out, "forbidden", http.StatusForbidden)
			return
		}
		next(out, request, who)
	})
}

type warehouse struct {
	mu    sync.Mutex
	stock map[string]int
}

// Item is what the server answers. Caller is the subject of the access token,
// Token whether the server got to see the token itself.
type Item struct {
	Item   string `json:"item"`
	Count  int    `json:"count"`
	Caller string `json:"caller"`
	Token  bool   `json:"token"`
}

func (w *warehouse) get(out http.ResponseWriter, request *http.Request, who *caller.Caller) {
	item := request.PathValue("item")
	w.mu.Lock()
	count, known := w.stock[item]
	w.mu.Unlock()
	if !known {
		http.NotFound(out, request)
		return
	}
	answer(out, Item{item, count, who.Subject, hasToken(request)})
}

func (w *warehouse) put(out http.ResponseWriter, request *http.Request, who *caller.Caller) {
	// The route's rule says so already; this holds when a route is moved.
	if !who.Has(Write) {
		http.Error(out, "forbidden", http.StatusForbidden)
		return
	}
	var body struct{ Count int }
	err := json.NewDecoder(http.MaxBytesReader(out, request.Body, 1<<10)).Decode(&body)
	if err != nil || body.Count < 0 {
		http.Error(out, "write {\"count\": a number that is not negative}", http.StatusBadRequest)
		return
	}
	item := request.PathValue("item")
	w.mu.Lock()
	_, known := w.stock[item]
	if known {
		w.stock[item] = body.Count
	}
	w.mu.Unlock()
	if !known {
		http.NotFound(out, request)
		return
	}
	answer(out, Item{item, body.Count, who.Subject, hasToken(request)})
}

// hasToken reports whether the access token came along. A REST API overwrites it.
func hasToken(request *http.Request) bool {
	return strings.HasPrefix(request.Header.Get("Authorization"), "Bearer ")
}

func answer(out http.ResponseWriter, value any) {
	out.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(out).Encode(value) // the client went away: nothing to do
}
