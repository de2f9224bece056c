package warehouse_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/caller"
	"github.com/scopeway/scopeway/caller/callertest"
	"github.com/scopeway/scopeway/examples/url-backend/warehouse"
)

func send(header http.Header, method, path, body string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(method, path, strings.NewReader(body))
	for name, values := range header {
		request.Header[name] = values
	}
	answer := httptest.NewRecorder()
	warehouse.Handler().ServeHTTP(answer, request)
	return answer
}

func TestTheWarehouseTellsWhoCalled(t *testing.T) {
	reader := callertest.Header(caller.Caller{Subject: "ann", Scopes: []access.Scope{warehouse.Read}})
	answer := send(reader, "GET", "/stock/apples", "")
	var got warehouse.Item
	if err := json.Unmarshal(answer.Body.Bytes(), &got); err != nil || answer.Code != http.StatusOK {
		t.Fatalf("GET = %d %s, %v, want an item", answer.Code, answer.Body, err)
	}
	if want := (warehouse.Item{Item: "apples", Count: 12, Caller: "ann"}); got != want {
		t.Errorf("GET = %+v, want %+v", got, want)
	}
}

func TestTheWarehouseAnswers(t *testing.T) {
	reader := callertest.Header(caller.Caller{Subject: "ann", Scopes: []access.Scope{warehouse.Read}})
	writer := callertest.Header(caller.Caller{Subject: "count", Scopes: []access.Scope{warehouse.Write}})
	twice := writer.Clone()
	twice["scopewaycaller"] = []string{"e30"}
	for _, c := range []struct {
		name         string
		header       http.Header
		method, path string
		body         string
		want         int
	}{
		{"who may write", writer, "PUT", "/stock/pears", `{"count": 4}`, 200},
		{"anybody on a public route", callertest.PublicHeader(), "GET", "/opening-hours", "", 200},
		{"a request past the gateway", nil, "GET", "/stock/apples", "", 403},
		{"a route that was made public by mistake", callertest.PublicHeader(), "GET", "/stock/apples", "", 403},
		{"a forged header beside the gateway's", twice, "PUT", "/stock/pears", `{"count": 4}`, 403},
		{"a header that somebody made up", http.Header{caller.Header: {"ann"}}, "GET", "/stock/apples", "", 403},
		{"who may only read, on a route that lost its rule", reader, "PUT", "/stock/pears", `{"count": 4}`, 403},
		{"a count that is negative", writer, "PUT", "/stock/pears", `{"count": -4}`, 400},
		{"a body that is too long", writer, "PUT", "/stock/pears", `{"count": 4` + strings.Repeat(" ", 2000) + "}", 400},
		{"an item that is not there", writer, "PUT", "/stock/plums", `{"count": 4}`, 404},
		{"an item that nobody knows", reader, "GET", "/stock/plums", "", 404},
	} {
		if got := send(c.header, c.method, c.path, c.body).Code; got != c.want {
			t.Errorf("%s: %s %s = %d, want %d", c.name, c.method, c.path, got, c.want)
		}
	}
}
