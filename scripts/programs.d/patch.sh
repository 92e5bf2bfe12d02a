# diff and patch: applied, with backups, in reverse, rejected.
# deadline: 300
cp -r "$ROOT/common/src" old
cp -r old new
find new -name '*.java' | sed -n 1,30p | xargs sed -i -e 's/final/FINAL/' -e '$ a // end'
rm "$(find new -name '*.java' | sed -n '$p')"
echo added >new/added
diff -ruN old new >changes.diff || [[ $? == 1 ]]
cp -r old work
(cd work && patch -s -p1 -b <../changes.diff)
[[ -n $(find work -name '*.orig' -print -quit) ]]
find work -name '*.orig' -delete
diff -r work new
(cd work && patch -s -p1 -R <../changes.diff)
diff -r work old
sed -i 's/^/ /' work/"$(cd old && find . -name '*.java' | sed -n 1p)"
if (cd work && patch -s -p1 --forward <../changes.diff >/dev/null 2>&1); then fail 'a patch that does not fit applied'; fi
[[ -n $(find work -name '*.rej' -print -quit) ]]
