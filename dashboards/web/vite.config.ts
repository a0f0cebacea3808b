import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';

/** What every page needs, in one file: each further request costs a slow machine more than the bytes do. */
const BASE =
  /node_modules\/(@?vue|vue-router)\/|config\/words\/|web\/(locales\/|[a-z-]+\.ts$|App\.vue)|parts\/(LoadState|ExportLinks|SideMenu|StateBanner|PasswordForm|WindowBar)\.vue|pages\/(Welcome|Live|Balances|Fleet)Page\.vue|plugin-vue:export-helper/;

export default defineConfig({
  root: import.meta.dirname,
  plugins: [vue()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'base', test: BASE }] } } },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8212', '/report': 'http://127.0.0.1:8212' } },
});
