package upstream

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"testing"
)

func TestARequestIsRecordedAndAnsweredAsItCame(t *testing.T) {
	server, err := Start()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	request, err := http.NewRequest("PUT", server.URL()+"/a%2Fb//c?d=e", strings.NewReader("body"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header["scopewaycaller"] = []string{"one"}
	request.Header["ScopewayCaller"] = []string{"two"}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var answered Request
	if err := json.NewDecoder(response.Body).Decode(&answered); err != nil {
		t.Fatal(err)
	}
	got := server.Take()
	if len(got) != 1 || !reflect.DeepEqual(got[0], answered) {
		t.Fatalf("recorded %+v, answered %+v", got, answered)
	}
	if got[0].Method != "PUT" || got[0].Path != "/a%2Fb//c?d=e" || got[0].Body != "body" || len(got[0].Header.Values("ScopewayCaller")) != 2 {
		t.Errorf("recorded %+v", got[0])
	}
	if left := server.Take(); len(left) != 0 {
		t.Errorf("Take after Take = %+v, want none", left)
	}
}

func TestAServerThatIsClosedAnswersNothing(t *testing.T) {
	server, err := Start()
	if err != nil {
		t.Fatal(err)
	}
	server.Close()
	if response, err := http.Get(server.URL()); err == nil {
		response.Body.Close()
		t.Error("Get after Close = nil, want an error")
	}
}
