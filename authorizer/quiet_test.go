package authorizer

import (
	"bytes"
	"log"
	"testing"
)

func TestReturnedErrorsAreLoggedOnce(t *testing.T) {
	var out bytes.Buffer
	logger := log.New(quiet{&out}, "", log.LstdFlags)
	logger.Printf("%s", `{"errorMessage":"Unauthorized","errorType":"errorString"}`)
	logger.Printf("%s", `{"errorMessage":"internal error, decision 0123","errorType":"wrapError"}`)
	if out.Len() > 0 {
		t.Errorf("logged %q beside the audit line", out.String())
	}
	logger.Print("failed to register handler function")
	if !bytes.Contains(out.Bytes(), []byte("failed to register")) {
		t.Errorf("logged %q, want what the library says of itself", out.String())
	}
}
