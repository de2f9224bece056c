package assembly

import (
	"fmt"
	"io/fs"
	"path"
)

func assetKey(dir, objectKey string) string { return dir + "\x00" + objectKey }

// Asset returns the folder that becomes the zip file of this object key, as a
// resource of the template names it. The assets of a stage lie in the folder of
// the app, so the stage's manifest leads out of its own folder; none leads out of
// the assembly's.
func (a *Assembly) Asset(t Template, objectKey string) (fs.FS, error) {
	source, known := a.assets[assetKey(t.dir, objectKey)]
	if !known {
		return nil, fmt.Errorf("assembly, no asset of %s has the object key %q, synthesise anew", t.Name, objectKey)
	}
	folder := path.Join(t.dir, source)
	if path.IsAbs(source) || !fs.ValidPath(folder) || folder == "." {
		return nil, fmt.Errorf("assembly, an asset of %s is outside the folder, got %q, write the folder of the whole app, usually cdk.out, and not that of a stage; it has all assets unless asset staging is off", t.Name, source)
	}
	at, err := fs.Stat(a.files, folder)
	if err != nil || !at.IsDir() {
		return nil, fmt.Errorf("assembly, %s is not a folder, synthesise anew", folder)
	}
	return fs.Sub(a.files, folder)
}
