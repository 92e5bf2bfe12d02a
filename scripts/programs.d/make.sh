# make and gcc: a C project of sixty files built in parallel, run from the mount, rebuilt for what changed alone; ar, ld -shared, strip.
# deadline: 480
mkdir src
for i in $(seq 1 60); do
  printf '#include <stdio.h>\nint value%d(void) { return %d; }\n' "$i" "$i" >"src/part$i.c"
done
{
  for i in $(seq 1 60); do echo "int value$i(void);"; done
  echo '#include <stdio.h>'
  echo 'int main(void) { int sum = 0;'
  for i in $(seq 1 60); do echo "sum += value$i();"; done
  echo 'printf("%d\n", sum); return 0; }'
} >src/main.c
cat >Makefile <<'MAKEFILE'
objects := $(patsubst src/part%.c,obj/part%.o,$(wildcard src/part*.c))
all: program linked
program: obj/main.o libparts.a ; gcc -o $@ $^
linked: obj/main.o libparts.so ; gcc -o $@ obj/main.o -L. -lparts -Wl,-rpath,'$$ORIGIN'
libparts.a: $(objects) ; rm -f $@ && ar rcs $@ $^
libparts.so: $(objects) ; gcc -shared -o $@ $^
obj/%.o: src/%.c | obj ; gcc -O -g -fPIC -MMD -c -o $@ $<
obj: ; mkdir -p $@
-include obj/*.d
MAKEFILE
make -s -j4
[[ $(./program) == 1830 && $(./linked) == 1830 ]]
make -q
sed -i 's/return 7;/return 1007;/' src/part7.c
make -j4 >"$SCRATCH/rebuilt"
[[ $(grep -c -- '-c -o' "$SCRATCH/rebuilt") == 1 && $(./program) == 2830 && $(./linked) == 2830 ]]
make -q
strip program
[[ $(./program) == 2830 ]]
# A program that runs is not written over.
cp "$(command -v sleep)" runs
./runs 20 & running=$!
started() { [[ $(readlink "/proc/$running/exe") == "$PWD/runs" ]]; }
await 20 started
if printf x 2>/dev/null >>runs; then fail 'a running program was written to'; fi
rm runs
kill "$running"
