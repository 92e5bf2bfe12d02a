# GNU tar with holes, xattrs and ACLs, out and in, and an update of an archive in place.
# deadline: 300
make_tree tree
tar --sparse --xattrs --xattrs-include='*' --acls -cf archive.tar tree
[[ $(stat -c %s archive.tar) -lt 20000000 ]]
mkdir out
tar --xattrs --xattrs-include='*' --acls -xpf archive.tar -C out
same_tree tree out/tree
[[ $(($(stat -c %b out/tree/sparse) * 512)) -lt 10000000 ]]
[[ $(stat -c %i "out/tree/dir 0/hard") == $(stat -c %i "out/tree/dir 9/third name") ]]
tar -df archive.tar
echo more >tree/more
tar -rf archive.tar tree/more
tar -uf archive.tar tree/more
[[ $(tar -tf archive.tar | grep -c 'tree/more$') == 1 ]]
tar -czf - tree | tar -xzf - -C "$SCRATCH"
diff -r --no-dereference tree/'dir 1' "$SCRATCH/tree/dir 1"
rm -rf tree out
