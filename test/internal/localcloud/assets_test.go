package localcloud

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func TestATemplateIsDeployedWithoutWhatAsksForTheBootstrap(t *testing.T) {
	file := filepath.Join(t.TempDir(), "A.template.json")
	for _, c := range []struct{ template, want string }{
		{`{"Resources":{"A":{"Type":"T"}},"Parameters":{"BootstrapVersion":{"Type":"AWS::SSM::Parameter::Value<String>"}},"Rules":{"CheckBootstrapVersion":{}}}`, `{"Resources":{"A":{"Type":"T"}}}`},
		{`{"Resources":{},"Outputs":{"O":{"Value":"v"}}}`, `{"Resources":{},"Outputs":{"O":{"Value":"v"}}}`},
		{`{"Parameters":{"BootstrapVersion":{},"Mine":{}}}`, ""},
		{`not JSON`, ""},
	} {
		if err := os.WriteFile(file, []byte(c.template), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := withoutBootstrap(file)
		if c.want == "" {
			if err == nil {
				t.Errorf("%s: became %s, want an error", c.template, got)
			}
			continue
		}
		var gotten, wanted any
		if err != nil || json.Unmarshal(got, &gotten) != nil || json.Unmarshal([]byte(c.want), &wanted) != nil || !reflect.DeepEqual(gotten, wanted) {
			t.Errorf("%s: became %s, %v, want %s", c.template, got, err, c.want)
		}
	}
}

func TestAZippedFunctionCanBeRun(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "bootstrap"), []byte("program"), 0o755); err != nil {
		t.Fatal(err)
	}
	packed, err := zipped(folder)
	if err != nil {
		t.Fatal(err)
	}
	archive, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	if len(archive.File) != 1 || archive.File[0].Name != "bootstrap" || archive.File[0].Mode()&0o111 == 0 {
		t.Errorf("the archive has %v, want a bootstrap that may be run", archive.File)
	}
	if _, err := zipped(filepath.Join(folder, "missing")); err == nil {
		t.Error("a folder that is not there is no error")
	}
}
