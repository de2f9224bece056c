package lambdahost

import (
	"archive/zip"
	"compress/flate"
	"io"
)

// ZipSize returns how many bytes the files take as a function's zip.
func ZipSize(files map[string][]byte) (int, error) {
	var size counter
	archive := zip.NewWriter(&size)
	archive.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})
	for name, content := range files {
		w, err := archive.Create(name)
		if err != nil {
			return 0, err
		}
		if _, err := w.Write(content); err != nil {
			return 0, err
		}
	}
	if err := archive.Close(); err != nil {
		return 0, err
	}
	return int(size), nil
}

type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
