// Checks what a ledger handed over with the libraries behind Go's checksum database, which know nothing of us.
//
// Arguments: a file of a verifier key, and one or more of
//
//	checkpoint FILE
//	entry PROOF LINE            (.tlog-proof, and the line of the entry)
//	consistency REQUEST OLDER   (body of a request to a witness, and the older checkpoint)
package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(err error) {
	if err != nil {
		fmt.Println("no:", err)
		os.Exit(1)
	}
}

func read(name string) []byte {
	content, err := os.ReadFile(name)
	check(err)
	return content
}

func hash(text string) (found tlog.Hash) {
	raw, err := base64.StdEncoding.DecodeString(text)
	check(err)
	if len(raw) != tlog.HashSize {
		check(fmt.Errorf("a hash of %d bytes", len(raw)))
	}
	copy(found[:], raw)
	return found
}

// tree opens a checkpoint: its signature is one of the key, and its text says size and root.
func tree(signed []byte, key string) (int64, tlog.Hash) {
	verifier, err := note.NewVerifier(key)
	check(err)
	opened, err := note.Open(signed, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	return size, hash(lines[2])
}

// parts takes apart hashes and the checkpoint below them.
func parts(content []byte) ([]string, []byte) {
	above, below, found := bytes.Cut(content, []byte("\n\n"))
	if !found {
		check(fmt.Errorf("no checkpoint"))
	}
	return strings.Split(string(above), "\n"), below
}

func hashes(lines []string) (found []tlog.Hash) {
	for _, line := range lines {
		found = append(found, hash(line))
	}
	return found
}

func main() {
	key := strings.TrimSpace(string(read(os.Args[1])))
	switch os.Args[2] {
	case "checkpoint":
		tree(read(os.Args[3]), key)
	case "entry":
		lines, checkpoint := parts(read(os.Args[3]))
		if lines[0] != "c2sp.org/tlog-proof@v1" {
			check(fmt.Errorf("another format"))
		}
		size, root := tree(checkpoint, key)
		index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
		check(err)
		line := bytes.TrimSuffix(read(os.Args[4]), []byte("\n"))
		check(tlog.CheckRecord(hashes(lines[2:]), size, root, index, tlog.RecordHash(line)))
	case "consistency":
		lines, checkpoint := parts(read(os.Args[3]))
		size, root := tree(checkpoint, key)
		older, before := tree(read(os.Args[4]), key)
		if lines[0] != fmt.Sprintf("old %d", older) {
			check(fmt.Errorf("it starts from another size"))
		}
		check(tlog.CheckTree(hashes(lines[1:]), size, root, older, before))
	default:
		check(fmt.Errorf("nothing was asked"))
	}
	fmt.Println("yes")
}
