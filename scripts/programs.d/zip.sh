# zip and unzip, gzip, bzip2, xz and cpio where they are: made on the mount, tested, unpacked, compared.
# deadline: 300
cp -r "$ROOT/daemon/src" tree
head -c 3000000 /dev/urandom >tree/random
ln -s random tree/link
zip -q -r -y archive.zip tree
unzip -tq archive.zip
mkdir out
unzip -q archive.zip -d out
diff -r --no-dereference tree out/tree
zip -q -d archive.zip tree/random
zip -q -u -r -y archive.zip tree
unzip -tq archive.zip
for packer in gzip bzip2 xz; do
  command -v "$packer" >/dev/null || continue
  cp tree/random packed
  $packer packed
  $packer -t packed.*
  $packer -d packed.*
  cmp packed tree/random
  rm packed
done
if command -v cpio >/dev/null; then
  find tree | cpio -o --quiet >archive.cpio
  mkdir cpio
  (cd cpio && cpio -i -d --quiet <../archive.cpio)
  diff -r --no-dereference tree cpio/tree
fi
rm -rf tree out
