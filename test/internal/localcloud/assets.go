package localcloud

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
)

// assets is the bucket for the assets of deployments, as cdk bootstrap names it.
const assets = "cdk-hnb659fds-assets-" + Account + "-" + Region

// upload puts a stack's assets and its template where the deployment looks for
// them.
func (c *Cloud) upload(ctx context.Context, assembly, stack string) error {
	text, err := os.ReadFile(filepath.Join(assembly, stack+".assets.json"))
	if err != nil {
		return err
	}
	var manifest struct {
		Files map[string]struct {
			Source       struct{ Path, Packaging string }
			Destinations map[string]struct{ ObjectKey string }
		}
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		return err
	}
	if err := c.put(ctx, assets, nil); err != nil {
		return err
	}
	for _, file := range manifest.Files {
		source := filepath.Join(assembly, file.Source.Path)
		if strings.HasSuffix(source, ".template.json") {
			continue // is not deployed as it is
		}
		var content []byte
		if file.Source.Packaging == "zip" {
			content, err = zipped(source)
		} else {
			content, err = os.ReadFile(source)
		}
		for _, destination := range file.Destinations {
			if err == nil {
				err = c.put(ctx, assets+"/"+destination.ObjectKey, content)
			}
		}
		if err != nil {
			return err
		}
	}
	template, err := withoutBootstrap(filepath.Join(assembly, stack+".template.json"))
	if err != nil {
		return err
	}
	return c.put(ctx, assets+"/"+stack+".json", template)
}

// withoutBootstrap returns a template without the rule and the parameter that ask
// which version of cdk bootstrap has run.
func withoutBootstrap(file string) ([]byte, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var template map[string]json.RawMessage
	if err := json.Unmarshal(text, &template); err != nil {
		return nil, fmt.Errorf("template %s is not JSON: %w", filepath.Base(file), err)
	}
	delete(template, "Rules")
	var parameters map[string]json.RawMessage
	if template["Parameters"] != nil {
		if err := json.Unmarshal(template["Parameters"], &parameters); err != nil {
			return nil, fmt.Errorf("template %s: %w", filepath.Base(file), err)
		}
		delete(parameters, "BootstrapVersion")
		delete(template, "Parameters")
		if len(parameters) > 0 {
			return nil, errors.New("a template with parameters cannot be deployed without cdk")
		}
	}
	return json.Marshal(template)
}

// put makes a bucket or an object in it.
func (c *Cloud) put(ctx context.Context, path string, content []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPut, c.Endpoint()+"/"+path, bytes.NewReader(content))
	if err == nil {
		err = c.sign(request, "s3")
	}
	if err != nil {
		return err
	}
	status, text, err := c.do(request)
	if err == nil && status != http.StatusOK && !bytes.Contains(text, []byte("BucketAlreadyOwnedByYou")) {
		err = fmt.Errorf("PUT %s answered %d %.200s", path, status, text)
	}
	return err
}

// zipped packs a folder as cdk does.
func zipped(folder string) ([]byte, error) {
	var packed bytes.Buffer
	archive := zip.NewWriter(&packed)
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		header, err := zip.FileInfoHeader(info)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		header.Name, header.Method = filepath.ToSlash(name), zip.Deflate
		to, err := archive.CreateHeader(header)
		if err != nil {
			return err
		}
		from, err := os.Open(path)
		if err != nil {
			return err
		}
		defer from.Close()
		_, err = io.Copy(to, from)
		return err
	})
	if err == nil {
		err = archive.Close()
	}
	return packed.Bytes(), err
}
