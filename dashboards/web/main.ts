import { createApp } from 'vue';
import App from './App.vue';
import { takeLink } from './link.ts';
import { router } from './router.ts';
import './style.css';

takeLink();
createApp(App).use(router).mount('#app');
